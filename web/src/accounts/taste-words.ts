/** A taste in the language of the interface; the server's own words where its kind is new here. */

import { t, type MessageKey } from "../i18n/t.svelte";
import { isSaid } from "./steering-words";
import type { Held } from "./taste";

/** What a taste is of: "#cats", "videos by @olga". A creator's handle stands only in the server's sentence. */
export function tasteOf(fact: Held): string {
  const key = `taste.${fact.name}`;
  if (!isSaid(key)) return fact.text;
  const who = /@\S+/u.exec(fact.text)?.[0];
  if (fact.name === "creator" && who === undefined) return t("taste.creator_gone");
  return t(key as MessageKey, { subject: fact.subject, who: who ?? "" });
}

/** The same as a sentence. */
export function tasteWords(fact: Held): string {
  if (!isSaid(`taste.${fact.name}`)) return fact.text;
  return t(fact.weight < 0 ? "taste.one_less" : "taste.one", { what: tasteOf(fact) });
}
