/** Brings the words of these pages into the catalogue. */

import { trust as german } from "../i18n/de/trust";
import { trust as english } from "../i18n/en/trust";
import { addWords } from "../i18n/t.svelte";

addWords({ en: english, de: german });
