/** Words of every screen but the feed, one file per part. */

import { accounts } from "./accounts";
import { comments } from "./comments";
import { posting } from "./posting";
import { profile } from "./profile";

export const screens = { ...accounts, ...comments, ...posting, ...profile };
