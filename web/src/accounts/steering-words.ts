/** The words of steering one's feed, which come with its screen. */

import { steering as german } from "../i18n/de/steering";
import { steering as english } from "../i18n/en/steering";
import { addWords } from "../i18n/t.svelte";

addWords({ en: english, de: german });

/** True for a key that these words have. */
export const isSaid = (key: string): key is keyof typeof english => Object.hasOwn(english, key);
