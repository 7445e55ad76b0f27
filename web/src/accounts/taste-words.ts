/** A taste in the language of the interface; the server's own words where its kind is new here. */

import { locale, t, type MessageKey } from "../i18n/t.svelte";
import { isSaid } from "./steering-words";
import { lengthWords, type Held } from "./taste";

/** What a taste is of: "#cats", "videos by @olga". A creator's handle stands only in the server's sentence. */
export function tasteOf(fact: Held): string {
  const key = `taste.${fact.name}`;
  if (!isSaid(key)) return fact.text;
  const who = /@\S+/u.exec(fact.text)?.[0];
  if (fact.name === "creator" && who === undefined) return t("taste.creator_gone");
  const language = fact.name === "language" ? languageName(fact.subject) : "";
  const subject = fact.name === "length" ? lengthWords(fact.subject) : fact.subject;
  return t(key as MessageKey, { subject, who: who ?? "", language });
}

/** A language's name in that of the interface; its code where the browser knows none. */
function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([locale()], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The same as a sentence. */
export function tasteWords(fact: Held): string {
  if (!isSaid(`taste.${fact.name}`)) return fact.text;
  return t(fact.weight < 0 ? "taste.one_less" : "taste.one", { what: tasteOf(fact) });
}
