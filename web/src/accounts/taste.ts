/** What the feed has learned, made ready for reading: tastes as weights, and plain counts as sentences. */

import type { TasteFact } from "../api/types";

export type Reading = { tastes: TasteFact[]; counts: string[] };

/** The facts to show: tastes with the heaviest first (same words add up), and the rest that is not zero, each once. */
export function reading(facts: TasteFact[]): Reading {
  const byText = new Map<string, TasteFact>();
  const counts = new Set<string>();
  for (const fact of facts) {
    if (fact.kind !== "taste") {
      if (fact.weight !== 0) counts.add(fact.text);
      continue;
    }
    const same = byText.get(fact.text);
    byText.set(fact.text, same ? { ...same, weight: same.weight + fact.weight } : fact);
  }
  const tastes = [...byText.values()].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return { tastes, counts: [...counts] };
}
