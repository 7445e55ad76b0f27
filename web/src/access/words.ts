/** Entries in plain words, in the language in use. */

import { access as german } from "../i18n/de/access";
import { access as english } from "../i18n/en/access";
import { addWords, language, locale, t } from "../i18n/t.svelte";
import { coarse } from "../verifier/purposes";
import { type Line, staffOf, whoOf } from "./reading";

addWords({ en: english, de: german });

const known = (key: string): key is keyof typeof english => Object.hasOwn(english, key);

/** What happened, as one sentence: "The feed ranked your page 214 times." */
export function told(line: Line): string {
  const n = line.reads.length;
  const staff = staffOf(line.by);
  if (staff !== null) {
    const key = `access.staff.${line.purpose}`;
    return t(known(key) ? key : "access.staff.other", { n, who: staff, purpose: line.purpose });
  }
  const key = `access.say.${line.purpose}`;
  if (known(key)) return t(key, { n });
  return t("access.say.other", { n, who: reader(line.by), purpose: purposeOf(line.purpose) });
}

const regions = new Map<string, string>();

/** Learns what the regions are called that entries name by number. */
export function nameRegions(named: { number: number; name: string }[]): void {
  for (const { number, name } of named) regions.set(String(number), name);
}

/** That somebody read from another region, or null. */
export function elsewhere(line: Line): string | null {
  return line.from ? t("access.from", { from: regions.get(line.from) ?? line.from }) : null;
}

/** Why, where there is more to say than the sentence does. */
export function reason(line: Line): string | null {
  return line.case ? t("access.case", { case: line.case }) : null;
}

/** The reader in words: a part of the software, or a person of the staff by handle. */
export function reader(by: string): string {
  const staff = staffOf(by);
  return staff === null ? t(`access.who.${whoOf(by)}`) : `@${staff}`;
}

/** A purpose in words; one that is not known here stays as it is written in the log. */
export function purposeOf(purpose: string): string {
  const part = coarse(purpose);
  return part ? t(`access.for.${part}`) : purpose;
}

/** Kinds of data in words, as one list. */
export function kinds(classes: string[]): string {
  const words = classes.map((one) => {
    const key = `access.of.${one}`;
    return known(key) ? t(key) : one;
  });
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(words);
}

/** "21 November 2026", with "today" and "yesterday" in words. */
export function dayName(at_ms: number, now_ms: number = Date.now()): string {
  const date = new Intl.DateTimeFormat(locale(), { dateStyle: "full" }).format(at_ms);
  const age = Math.round((new Date(now_ms).setHours(0, 0, 0, 0) - at_ms) / 86_400_000);
  if (age > 1 || age < 0) return date;
  const word = new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-age, "day");
  return `${word.charAt(0).toLocaleUpperCase(language())}${word.slice(1)}, ${date}`;
}

/** "22:40", in the language in use. */
export const timeOf = (at_ms: number): string =>
  new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(at_ms);

/** "4 Nov", in the language in use. */
export const shortDay = (at_ms: number): string =>
  new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short" }).format(at_ms);
