/** The sentences of uploads: refusals, progress, time left, sizes and lengths. */

import { language, locale, t } from "../i18n/t.svelte";
import type { Unfit } from "./fitness";
import type { Journey } from "./journey";

/** Bytes as "1 GB", in the language in use. */
export function bytes(count: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(3, Math.floor(Math.log2(Math.max(1, count)) / 10));
  const value = count / 1024 ** step;
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[step],
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

/** Milliseconds as "10 minutes" or "3 seconds". */
export const lengthWords = (ms: number): string =>
  ms >= 60_000 && ms % 60_000 === 0
    ? t("unit.minutes", { n: ms / 60_000 })
    : t("unit.seconds", { n: Math.round(ms / 1000) });

/** Why a file cannot be posted, as a sentence. */
export function refusal(unfit: Unfit): string {
  const limit = unfit.limit ?? 0;
  return t(`upload.${unfit.code}`, { limit: unfit.code === "too_large" ? bytes(limit) : lengthWords(limit) });
}

/** "about 2 minutes left", or "" while nobody can say. */
export function leftWords(seconds: number | null): string {
  if (seconds === null || seconds <= 0) return "";
  if (seconds < 60)
    return t("journey.left.seconds", { n: seconds < 10 ? seconds : Math.ceil(seconds / 5) * 5 });
  return t("journey.left.minutes", { n: Math.ceil(seconds / 60) });
}

/** Where an upload stands, as a sentence. */
export function journeyWords(journey: Journey): string {
  const percent = new Intl.NumberFormat(locale(), { style: "percent" }).format(
    Math.floor(journey.fraction * 100) / 100,
  );
  const left = leftWords(journey.secondsLeft);
  // The cause says what happened and what to do; only without one there is something to add.
  if (journey.stage === "failed" && journey.cause) return journey.cause;
  const words = t(`journey.${journey.stage}`, { percent });
  return left && journey.stage !== "ready" ? `${words}, ${left}` : words;
}

const LANGUAGES =
  "ar bn cs da de el en es fa fi fr he hi hu id it ja ko nl no pl pt ro ru sv sw ta th tr uk ur vi zh";

/** Languages to choose from, named in the language in use and sorted by name. */
export function languageOptions(): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language()], { type: "language" });
  const options = LANGUAGES.split(" ").map((value) => ({ value, label: names.of(value) ?? value }));
  return options.sort((a, b) => a.label.localeCompare(b.label, language()));
}

/** The name of a language in the language in use. */
export const languageName = (code: string): string =>
  new Intl.DisplayNames([language()], { type: "language", fallback: "code" }).of(code) ?? code;
