/** Says in the person's language what the server refused: by the code, with the server's own words where there is no sentence. */

import { isMessage, language, t } from "../i18n/t.svelte";
import type { Problem } from "./types";

/** One code for many facts: the server's own sentence says which, but only in English. */
const GENERAL = new Set(["bad_request", "invalid_input", "not_allowed", "not_found", "unavailable"]);

export type Told = { sentence: string; fields: Record<string, string> };

/** The sentence for a code; the server's words where the catalogue has none, or none that its numbers fill. */
export function saidOf(
  code: string | null,
  words: string | null,
  numbers: Record<string, number> = {},
): string {
  const key = `problem.${code}`;
  if (!code || !isMessage(key)) return words || t("error.server");
  if (words && GENERAL.has(code) && language() === "en") return words;
  const sentence = t(key, numbers);
  return words && sentence.includes("{") ? words : sentence;
}

/** A problem as the person reads it, with what stands by each field. */
export function told(given: Partial<Problem>): Told {
  const code = given.code ?? null;
  const sentence = saidOf(code, given.detail ?? given.title ?? null, given.numbers);
  const general = code === null || GENERAL.has(code);
  // A code of one fact speaks of the fields that it names; a general one has words for each, in English.
  const says = (words: string) => (general ? saidOf(code, words) : sentence);
  const fields = Object.entries(given.fields ?? {}).map(([name, words]) => [name, says(words)]);
  return { sentence, fields: Object.fromEntries(fields) as Record<string, string> };
}
