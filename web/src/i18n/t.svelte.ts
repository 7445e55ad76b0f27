/** The language of the interface: one catalogue per language, one function that reads it. */

import { de } from "./de";
import { en } from "./en";
import type { access } from "./en/access";
import type { staff } from "./en/staff";
import type { steering } from "./en/steering";
import type { trust } from "./en/trust";

export type Message = string | { one: string; other: string };
/** Words that every visit may need. */
export type Catalogue = Record<keyof typeof en, Message>;
/** Words that come with their screens, so that the feed does not wait for them. */
export type LaterKey = keyof typeof access | keyof typeof staff | keyof typeof steering | keyof typeof trust;
export type MessageKey = keyof typeof en | LaterKey;
type Known = Partial<Record<MessageKey, Message>>;
export type Values = Record<string, string | number>;

/** Languages a person can choose. Arabic and Hebrew speak English for now, laid out from right to left. */
export const languages: { code: string; name: string }[] = [
  { code: "en", name: "English" },
  { code: "de", name: "Deutsch" },
];

const english: Known = { ...en };
const catalogues: Record<string, Known> = { en: english, de: { ...de } };
const rightToLeft = new Set(["ar", "he", "fa", "ur"]);
const KEY = "plainview.language";

/** Adds the words that come with a screen. Called where its module is loaded, so before anything of it is drawn. */
export function addWords(more: Record<"en" | "de", Known>): void {
  for (const [code, words] of Object.entries(more)) Object.assign(catalogues[code] ?? english, words);
}

function chosen(): string {
  if (typeof window === "undefined") return "en";
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(KEY);
  if (asked) return asked;
  const known = navigator.languages.map((code) => code.slice(0, 2)).find((code) => code in catalogues);
  return known ?? "en";
}

const state = $state({ language: chosen() });

/** The code of the language in use. */
export const language = (): string => state.language;

/** The form of a language that the browser wishes for: "en-GB" of ["de-DE", "en-GB"] for "en"; the bare code without one. */
export function localeOf(code: string, wished: readonly string[]): string {
  // Some systems name things that Intl refuses ("en-US@posix").
  const known = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;
  return wished.find((one) => known.test(one) && (one === code || one.startsWith(`${code}-`))) ?? code;
}

/** The locale for dates and numbers: the language in use, in the form that this browser wishes for. */
export const locale = (): string =>
  localeOf(state.language, typeof navigator === "undefined" ? [] : (navigator.languages ?? []));

/** "rtl" or "ltr", from the language in use. */
export const direction = (): "rtl" | "ltr" => (rightToLeft.has(state.language) ? "rtl" : "ltr");

/** Changes the language of the interface and remembers it on this device. */
export function setLanguage(code: string): void {
  state.language = code;
  localStorage.setItem(KEY, code);
}

/** True for a key that the catalogues have. */
export const isMessage = (key: string): key is MessageKey => Object.hasOwn(en, key);

/** The message in the language in use; `{name}` is filled from values, `n` chooses the plural. */
export function t(key: MessageKey, values: Values = {}): string {
  const message: Message = (catalogues[state.language] ?? english)[key] ?? english[key] ?? key;
  const n = values["n"];
  const text =
    typeof message === "string"
      ? message
      : message[new Intl.PluralRules(state.language).select(Number(n)) === "one" ? "one" : "other"];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? exact(value) : value;
  });
}

/** 12400 as "12.4k", in the language in use. */
export function short(count: number): string {
  if (count < 1000) return String(count);
  const text = new Intl.NumberFormat(locale(), {
    notation: "compact",
    maximumFractionDigits: 1,
  }).format(count);
  return state.language === "en" ? text.replace("K", "k") : text;
}

/** 12400 as "12,400", in the language in use. */
export const exact = (count: number): string => new Intl.NumberFormat(locale()).format(count);

// The narrowest form that still reads: German would say "vor 9 m".
const NARROW = new Set(["en"]);
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000_000],
  ["month", 2_592_000_000],
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 hours ago", in the language in use. */
export function ago(at_ms: number, now_ms: number = Date.now()): string {
  const passed = now_ms - at_ms;
  const step = STEPS.find(([, length]) => passed >= length);
  if (!step) return t("time.now");
  const format = new Intl.RelativeTimeFormat(locale(), {
    numeric: "auto",
    style: NARROW.has(state.language) ? "narrow" : "short",
  });
  return format.format(-Math.floor(passed / step[1]), step[0]);
}

/** "21 November 2026, 22:40", in the language in use. */
export const moment = (at_ms: number): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "short" }).format(at_ms);

/** 83000 as "1:23". */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
