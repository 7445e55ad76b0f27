/** Words of the feed. */

export const feed = { "feed.title": "For you" };
