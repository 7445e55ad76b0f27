/** The components every screen is made of. */

export { default as Avatar } from "./Avatar.svelte";
export { default as Button } from "./Button.svelte";
export { default as Choice } from "./Choice.svelte";
export { default as EmptyState } from "./EmptyState.svelte";
export { default as Field } from "./Field.svelte";
export { default as Icon } from "./Icon.svelte";
export { default as IconButton } from "./IconButton.svelte";
export type { IconName } from "./icons";
export { default as Mark } from "./Mark.svelte";
export { default as Menu, type MenuItem } from "./Menu.svelte";
export { default as Panel } from "./Panel.svelte";
export { default as Progress } from "./Progress.svelte";
export { default as Screen } from "./Screen.svelte";
export { default as Select } from "./Select.svelte";
export { default as Slider } from "./Slider.svelte";
export { default as Spinner } from "./Spinner.svelte";
export { default as Switch } from "./Switch.svelte";
export { default as Tabs } from "./Tabs.svelte";
export { toast } from "./toasts.svelte";
export { touch, wide } from "./wide.svelte";
