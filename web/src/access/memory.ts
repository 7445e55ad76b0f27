/** What this device remembers of earlier checks, per person: the head that was seen, and the keys that it was seen under. */

import type { Expected, Remembered } from "../verifier/verify";

export type Keys = Required<Pick<Expected, "origin" | "region" | "log_key" | "witness_keys" | "quorum">>;
export type Memory = { person: string; at_ms: number; seen: Remembered; keys: Keys };

const DATABASE = "plainview-trust";
const SHELF = "heads";

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB refused"));
  });

async function shelf(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(SHELF, { keyPath: "person" });
  return (await answered(request)).transaction(SHELF, mode).objectStore(SHELF);
}

/** What was seen at the last check of this person here; null when there was none, or the browser keeps nothing. */
export async function recall(person: string): Promise<Memory | null> {
  try {
    return ((await answered((await shelf("readonly")).get(person))) as Memory | undefined) ?? null;
  } catch {
    return null;
  }
}

/** Remembers a check that went well; false where the browser keeps nothing. */
export async function remember(memory: Memory): Promise<boolean> {
  try {
    await answered((await shelf("readwrite")).put(memory));
    return true;
  } catch {
    return false;
  }
}

/** Whether both name the same log under the same keys. */
export const sameKeys = (one: Keys, other: Keys): boolean =>
  one.origin === other.origin &&
  one.region === other.region &&
  one.log_key === other.log_key &&
  one.quorum === other.quorum &&
  one.witness_keys.toString() === other.witness_keys.toString();
