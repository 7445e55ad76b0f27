/** What the feed has learned, made ready for reading: tastes as weights, and plain counts as sentences. */

import type { TasteFact, TasteTrait } from "../api/types";
import { t, type MessageKey } from "../i18n/t.svelte";

const COUNTED = new Set(["events", "shown", "finished", "skipped", "skip_after_ms", "answered", "seen"]);

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
function counted({ kind, name, text, weight }: TasteFact): string {
  if (kind !== "count" || !COUNTED.has(name)) return text;
  const n = name === "skip_after_ms" ? Math.round(weight / 100) / 10 : Math.round(weight);
  return t(`taste.count.${name}` as MessageKey, { n });
}
