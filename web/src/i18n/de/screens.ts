/** Words of every screen but the feed, in German, one file per part. */

import { accounts } from "./accounts";
import { comments } from "./comments";

export const screens = { ...accounts, ...comments };
