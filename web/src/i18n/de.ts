/** The German catalogue: one file per part of the app; the compiler holds it to the English one. */

import { feed } from "./de/feed";
import { screens } from "./de/screens";
import { shell } from "./de/shell";
import type { Catalogue } from "./t.svelte";

export const de: Catalogue = { ...shell, ...feed, ...screens };
