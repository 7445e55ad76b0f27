/** What was looked for in this visit: it leads the next pages, and is kept nowhere but here until the tab closes. */

import { learning } from "../events/learning.svelte";

const MOST = 3;
const CHARACTERS_MAX = 60;
let tags: string[] = [];

/** The tags whose pages were opened, the newest first, as a page is asked for; nothing where the feed may not learn. */
export const lookedFor = (): string => (learning.on ? tags.join(",") : "");

/** Notes that the page of a tag was opened; of what can be none, nothing. */
export function lookFor(tag: string): void {
  const named = tag.normalize("NFC").toLowerCase();
  if (named.includes(",") || [...named].length > CHARACTERS_MAX) return;
  tags = [named, ...tags.filter((other) => other !== named)].slice(0, MOST);
}

/** Lets all of it go. */
export function forgetLooked(): void {
  tags = [];
}
