/** What the feed has learned, made ready for reading: facts that say the same are one, the heaviest first. */

export type Fact = { name: string; text: string; weight: number };

/** The facts to show. Weights of facts with the same words add up. */
export function readable(facts: Fact[]): Fact[] {
  const byText = new Map<string, Fact>();
  for (const fact of facts) {
    const same = byText.get(fact.text);
    byText.set(fact.text, same ? { ...same, weight: same.weight + fact.weight } : fact);
  }
  return [...byText.values()].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}
