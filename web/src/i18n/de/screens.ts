/** Words of every screen but the feed, in German, one file per part. */

import { accounts } from "./accounts";

export const screens = { ...accounts };
