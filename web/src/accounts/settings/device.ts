/** How the devices are named on which a person is signed in. */

import { t } from "../../i18n/t.svelte";

/** "Firefox on Android", as the server says it, in the language in use. */
export function deviceWords(device: string): string {
  const [browser = "", system] = device.split(" on ");
  const named = browser === "A program" ? t("sessions.program") : browser;
  return system ? t("sessions.device", { browser: named, system }) : named;
}
