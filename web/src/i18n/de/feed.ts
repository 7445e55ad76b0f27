/** Words of the feed, in German. */

import type { Message } from "../t.svelte";
import type { feed as english } from "../en/feed";

export const feed: Record<keyof typeof english, Message> = { "feed.title": "Für dich" };
