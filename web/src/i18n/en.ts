/** The English catalogue: one file per part of the app. */

import { feed } from "./en/feed";
import { screens } from "./en/screens";
import { shell } from "./en/shell";

export const en = { ...shell, ...feed, ...screens };
