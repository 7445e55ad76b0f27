/** The shelf for waiting events: IndexedDB where there is one, memory where there is none. */

import type { WatchEvent } from "../api/types";
import type { Store } from "./queue";

const DATABASE = "plainview";
const SHELF = "events";

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB refused"));
  });

const finished = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () =>
      reject(transaction.error ?? new Error("IndexedDB gave up the transaction"));
  });

async function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(SHELF, { keyPath: "id" });
  return answered(request);
}

/** A shelf that survives reloads, in a database of this name. */
export function lastingStore<Kept extends { id: string } = WatchEvent>(name = DATABASE): Store<Kept> {
  const database = open(name);
  const shelf = async (mode: IDBTransactionMode) => (await database).transaction(SHELF, mode);
  return {
    async all() {
      return answered((await shelf("readonly")).objectStore(SHELF).getAll() as IDBRequest<Kept[]>);
    },
    async add(event) {
      const transaction = await shelf("readwrite");
      transaction.objectStore(SHELF).put(event);
      await finished(transaction);
    },
    async remove(ids) {
      const transaction = await shelf("readwrite");
      for (const id of ids) transaction.objectStore(SHELF).delete(id);
      await finished(transaction);
    },
  };
}

/** A shelf for browsers that keep nothing (private windows of some). */
export function passingStore<Kept extends { id: string } = WatchEvent>(begun: Kept[] = []): Store<Kept> {
  const kept = new Map(begun.map((event) => [event.id, event]));
  return {
    all: async () => [...kept.values()],
    add: async (event) => void kept.set(event.id, event),
    remove: async (ids) => ids.forEach((id) => kept.delete(id)),
  };
}
