/** Every key of the feed and what it does; the list under `?` is drawn from the same table. */

import type { MessageKey } from "../i18n/t.svelte";

export type KeyAction =
  | "next"
  | "previous"
  | "play"
  | "sound"
  | "back"
  | "forward"
  | "like"
  | "comments"
  | "save"
  | "share"
  | "follow"
  | "why"
  | "less"
  | "captions"
  | "slower"
  | "faster"
  | "more"
  | "keys";

const BY_KEY: Record<string, KeyAction> = {
  ArrowDown: "next",
  PageDown: "next",
  j: "next",
  ArrowUp: "previous",
  PageUp: "previous",
  k: "previous",
  " ": "play",
  m: "sound",
  ArrowLeft: "back",
  ArrowRight: "forward",
  l: "like",
  c: "comments",
  b: "save",
  s: "share",
  f: "follow",
  w: "why",
  n: "less",
  t: "captions",
  "<": "slower",
  ">": "faster",
  ".": "more",
  "?": "keys",
};

/** What is shown under `?`, in the order of use. */
export const KEY_LIST: { keys: string[]; text: MessageKey }[] = [
  { keys: ["↓", "J"], text: "keys.next" },
  { keys: ["↑", "K"], text: "keys.previous" },
  { keys: ["␣"], text: "keys.play" },
  { keys: ["M"], text: "keys.sound" },
  { keys: ["←", "→"], text: "keys.seek" },
  { keys: ["L"], text: "keys.like" },
  { keys: ["C"], text: "keys.comments" },
  { keys: ["B"], text: "keys.save" },
  { keys: ["S"], text: "keys.share" },
  { keys: ["F"], text: "keys.follow" },
  { keys: ["W"], text: "keys.why" },
  { keys: ["N"], text: "keys.less" },
  { keys: ["T"], text: "keys.captions" },
  { keys: ["<", ">"], text: "keys.speed" },
  { keys: ["."], text: "keys.more" },
  { keys: ["?"], text: "keys.keys" },
  { keys: ["Esc"], text: "keys.close" },
];

const WRITING = "input, textarea, select, [contenteditable=true]";
const PRESSED = "button, a, [role=slider], [role=tab], [role=menuitem]";

/** What a key press means on the feed; null when it belongs to a field, a button, a dialog or the browser. */
export function meaning(event: KeyboardEvent): KeyAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const target = event.target as Element | null;
  if (target?.closest?.(WRITING) || document.querySelector("dialog[open]")) return null;
  if (event.key === " " && target?.closest?.(PRESSED)) return null;
  return BY_KEY[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}
