/** What outlives a reload of an upload under way: its address on the server (in localStorage) and, if it is not too large, the file. */

import type { Details } from "./details";

export type Record = {
  url: string | null;
  itemId: string | null;
  name: string;
  size: number;
  atMs: number;
  details?: Details;
};
type Records = { [key: string]: Record };

const NAME = "plainview.uploads";
const KEEP_MS = 7 * 86_400_000;
/** Larger files are not copied into the browser's store; a person picks them again and the upload goes on. */
export const KEPT_BYTES_MAX = 256 * 1024 * 1024;

/** All uploads that were begun here and are not through, by the key of their file. */
export function records(store: Storage = localStorage, nowMs: number = Date.now()): Records {
  try {
    const all = JSON.parse(store.getItem(NAME) ?? "{}") as Records;
    return Object.fromEntries(Object.entries(all).filter(([, one]) => nowMs - one.atMs < KEEP_MS));
  } catch {
    // A store that somebody else wrote into is begun anew: the worst is that a file is sent twice.
    return {};
  }
}

/** Remembers one upload; what is not given stays as it was. */
export function remember(key: string, change: Partial<Record>, store: Storage = localStorage): void {
  const all = records(store);
  const before = all[key] ?? { url: null, itemId: null, name: "", size: 0, atMs: Date.now() };
  store.setItem(NAME, JSON.stringify({ ...all, [key]: { ...before, ...change } }));
}

/** Forgets one upload, since it is through or was given up. */
export function forget(key: string, store: Storage = localStorage): void {
  const rest = Object.entries(records(store)).filter(([one]) => one !== key);
  store.setItem(NAME, JSON.stringify(Object.fromEntries(rest)));
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("plainview-uploads", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The browser's store did not open"));
  });
}

async function inFiles<T>(
  mode: IDBTransactionMode,
  ask: (files: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction("files", mode);
      const request = ask(transaction.objectStore("files"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () =>
        reject(transaction.error ?? new Error("The store refused"));
    });
  } finally {
    database.close();
  }
}

/** Keeps a copy of the file in the browser so that a reload does not ask for it again. True when it is kept. */
export async function keepFile(key: string, file: File): Promise<boolean> {
  if (file.size > KEPT_BYTES_MAX) return false;
  try {
    await inFiles("readwrite", (files) => files.put(file, key));
    return true;
  } catch {
    // A full or closed store (a private window) only means that a reload asks for the file again.
    return false;
  }
}

/** The kept file, or null. */
export async function keptFile(key: string): Promise<File | null> {
  try {
    return (
      (await inFiles<File | undefined>(
        "readonly",
        (files) => files.get(key) as IDBRequest<File | undefined>,
      )) ?? null
    );
  } catch {
    return null;
  }
}

/** Lets go of a kept file. */
export async function dropFile(key: string): Promise<void> {
  await inFiles("readwrite", (files) => files.delete(key)).catch(() => undefined);
}
