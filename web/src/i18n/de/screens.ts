/** Words of every screen but the feed, in German, one file per part. */

import { accounts } from "./accounts";
import { comments } from "./comments";
import { inbox } from "./inbox";
import { posting } from "./posting";
import { problems } from "./problems";
import { profile } from "./profile";
import { settings } from "./settings";

export const screens = {
  ...accounts,
  ...comments,
  ...inbox,
  ...posting,
  ...problems,
  ...profile,
  ...settings,
};
