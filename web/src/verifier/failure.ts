/** The words by which a check fails, as the specification names them. */

export const FAILURES = [
  "format",
  "checkpoint",
  "quorum",
  "heads",
  "body",
  "chain",
  "head",
  "map",
  "history",
] as const;
export type Failure = (typeof FAILURES)[number];

/** A check that failed: the word, and for engineers what exactly. */
export class Failed extends Error {
  readonly word: Failure;

  constructor(word: Failure, what: string) {
    super(what);
    this.name = "Failed";
    this.word = word;
  }
}

/** Throws Failed with this word unless the fact holds. */
export function insist(fact: unknown, word: Failure, what: string): asserts fact {
  if (!fact) throw new Failed(word, what);
}
