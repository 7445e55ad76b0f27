/** Brings the words of staff access into the catalogue. */

import { staff as german } from "../i18n/de/staff";
import { staff as english } from "../i18n/en/staff";
import { addWords } from "../i18n/t.svelte";

addWords({ en: english, de: german });
