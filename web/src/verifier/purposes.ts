/** What a read is, and what its purposes are called; without cryptography, so that the page may know it too. */

const PURPOSE = /^([a-z]+)\.[a-z_]+$/;

/** The log's coarse purposes and their codes. */
export const PURPOSES = { account: 1, feed: 2, social: 3, media: 4, moderation: 5, safety: 6, subject: 7 };
export type Coarse = keyof typeof PURPOSES;

/** One read of a person's data, as its sealed body tells it. */
export type Read = {
  n: number;
  at: number;
  by: string;
  for: string;
  of: string[];
  case?: string;
  from?: string;
  count?: number;
};

/** The coarse purpose of a full one, or null. */
export function coarse(purpose: string): Coarse | null {
  const word = PURPOSE.exec(purpose)?.[1] ?? "";
  return Object.hasOwn(PURPOSES, word) ? (word as Coarse) : null;
}
