/** What an empty Following feed says. */

import type { MessageKey } from "../i18n/t.svelte";

/** The words for a guest, for who follows nobody, and for who follows people without anything to show. */
export function nobodyWords(
  member: boolean,
  follows: number | null,
): { title: MessageKey; text: MessageKey } {
  if (!member) return { title: "feed.following_empty.title", text: "feed.following_guest.text" };
  if (follows === 0) return { title: "feed.following_empty.title", text: "feed.following_empty.text" };
  return { title: "feed.following_none.title", text: "feed.following_none.text" };
}
