/** The words of a reason in the language of the interface; the server's own where the code is new here. */

import type { Entry } from "./feed.svelte";
import { t, type MessageKey } from "../i18n/t.svelte";

type Reason = Entry["reasons"][number];

const SAID = new Set<string>([
  "similar",
  "next",
  "co_watched",
  "followed",
  "looked_for",
  "rising",
  "fresh",
  "popular",
  "creator",
  "sound",
  "length",
  "look",
  "language",
  "time_of_day",
  "again",
  "unseen",
  "tag",
  "word",
]);

/** The word in question stands only in the server's sentence, between its quotation marks. */
const quoted = (text: string): string | undefined => /“(.+)”/u.exec(text)?.[1];

/** Why a video stands here, as a sentence. */
export function reasonWords(reason: Reason): string {
  const word = quoted(reason.text);
  if (!SAID.has(reason.code) || (reason.code === "tag" && !reason.tag)) return reason.text;
  if ((reason.code === "word" || reason.code === "looked_for") && word === undefined) return reason.text;
  return t(`why.reason.${reason.code}` as MessageKey, { tag: reason.tag ?? "", word: word ?? "" });
}
