/** What the feed has learned, made ready for reading: tastes as weights, and plain counts as sentences. */

import type { TasteFact, TasteTrait } from "../api/types";
import { locale, t, type MessageKey } from "../i18n/t.svelte";

const COUNTED = new Set([
  "events",
  "shown",
  "finished",
  "skipped",
  "skip_after_ms",
  "answered",
  "repeats",
  "seen",
]);

/** A taste with all that is told in its words: they are forgotten together. */
export type Held = TasteFact & { traits: TasteTrait[] };
export type Reading = { tastes: Held[]; forgotten: Held[]; counts: string[] };

/** The facts to show: tastes with the heaviest first (same words add up), and the rest that is not zero, each once. */
export function reading(facts: TasteFact[]): Reading {
  const counts = new Set<string>();
  for (const fact of facts)
    if ((fact.kind === "count" || fact.kind === "list") && fact.weight !== 0) counts.add(counted(fact));
  return { tastes: held(facts, "taste"), forgotten: held(facts, "forgotten"), counts: [...counts] };
}

/** The same after one taste was forgotten, or recalled. */
export function moved(one: Held, from: Held[], to: Held[]): [from: Held[], to: Held[]] {
  const others = to.filter((each) => each.text !== one.text);
  return [from.filter((each) => each.text !== one.text), sorted([...others, one])];
}

const sorted = (tastes: Held[]) => tastes.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));

function held(facts: TasteFact[], kind: TasteFact["kind"]): Held[] {
  const byText = new Map<string, Held>();
  for (const fact of facts) {
    if (fact.kind !== kind) continue;
    const { weight, traits } = byText.get(fact.text) ?? { weight: 0, traits: [] };
    const trait = { name: fact.name as TasteTrait["name"], subject: fact.subject };
    byText.set(fact.text, { ...fact, weight: weight + fact.weight, traits: [...traits, trait] });
  }
  return sorted([...byText.values()]);
}

/** A count as a sentence in the language of the interface; the server's own where the count is new here. */
function counted({ kind, name, subject, text, weight }: TasteFact): string {
  if (name === "watched_at" || name === "time_of_day") return byTime(name, subject, weight);
  if (kind === "list") return listed(name, text);
  if (kind !== "count" || !COUNTED.has(name)) return text;
  return t(`taste.count.${name}` as MessageKey, { n: rounded(name, weight) });
}

function listed(name: string, text: string): string {
  const who = /@\S+/u.exec(text)?.[0];
  if (name === "hidden") return who === undefined ? text : t("taste.list.hidden", { who });
  return name === "refused" || name === "enjoyed" ? t(`taste.list.${name}`) : text;
}

function rounded(name: string, weight: number): number {
  if (name === "skip_after_ms") return Math.round(weight / 100) / 10;
  return name === "repeats" ? Math.round(10 * weight) / 10 : Math.round(weight);
}

/** What is held of a part of the day ("18-24 h, 60-120 s", hours of UTC), by the clock of this place. */
function byTime(name: "watched_at" | "time_of_day", subject: string, weight: number): string {
  const [part = "", length = ""] = subject.split(", ");
  const [from = "", to = ""] = part.split("-").map((hour) => hereAt(Number.parseInt(hour, 10)));
  if (name === "watched_at") return t("taste.count.watched_at", { n: Math.round(weight), from, to });
  const how = weight > 0 ? "more" : "less";
  return t(`taste.time_of_day.${how}`, { from, to, length: lengthWords(length) });
}

/** An hour of today, given by UTC, as the clock here shows it. */
function hereAt(hour: number): string {
  const now = new Date();
  const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour));
  return at.toLocaleTimeString(locale(), { hour: "numeric", minute: "2-digit" });
}

/** "over 300 s" in the language of the interface; "60-120 s" needs no words. */
export function lengthWords(length: string): string {
  const [over, seconds = ""] = length.split(" ");
  return over === "over" ? t("taste.length.over", { s: seconds }) : length;
}
