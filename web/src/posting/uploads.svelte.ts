/** The uploads of this tab, alive while the app is: the queue's state, the senders behind it, one tab per file by a lock. */

import { ApiError, get } from "../api/client";
import type { Draft, Processing } from "../api/types";
import { session } from "../accounts/session.svelte";
import { live } from "../live/live.svelte";
import { fileKey, unfitDuration, unfitFile, type Unfit } from "./fitness";
import { durationOf } from "./length";
import { queueAfter, startable, unfinished, type QueueEvent, type Upload } from "./queue";
import { dropFile, forget, keepFile, keptFile, records, remember } from "./records";
import { giveUp, send } from "./sending";

const AT_ONCE = 2;
const TRY_AGAIN_MS = 5000;
const ASK_EVERY_MS = 3000;
const OVER: Processing["state"][] = ["ready", "failed", "quarantined"];

const state = $state<{ queue: Upload[] }>({ queue: [] });
const files = new Map<string, File>();
const stops = new Map<string, () => Promise<void>>();
const releases = new Map<string, () => void>();
const keptAway = new Set<string>();

/** The queue as the screen draws it. */
export const uploads = {
  get all(): Upload[] {
    return state.queue;
  },
  of(key: string): Upload | null {
    return state.queue.find((one) => one.key === key) ?? null;
  },
};

const createdListeners = new Set<(key: string, itemId: string) => void>();

/** Calls the listener whenever the server has given an upload its item. */
export function onCreated(listener: (key: string, itemId: string) => void): void {
  createdListeners.add(listener);
}

function tell(event: QueueEvent): void {
  state.queue = queueAfter(state.queue, event, Date.now());
  if (event.type === "created") for (const listener of createdListeners) listener(event.key, event.itemId);
}

/** The file of an upload while it is on its way, for its preview. */
export const fileOf = (key: string): File | null => files.get(key) ?? null;

function work(): void {
  for (const key of startable(state.queue, AT_ONCE)) void begin(key);
}

/** Puts files into the queue; what cannot be posted is refused with its reason before a byte is sent. Returns their keys. */
export async function addFiles(list: Iterable<File>, refusal: (unfit: Unfit) => string): Promise<string[]> {
  const keys: string[] = [];
  for (const file of list) keys.push(await addFile(file, refusal));
  work();
  return keys;
}

async function addFile(file: File, refusal: (unfit: Unfit) => string): Promise<string> {
  const key = fileKey(file, session.me?.id ?? "");
  const limits = session.realm?.limits;
  const known = uploads.of(key);
  if (known && known.state !== "failed") return key;
  if (known) tell({ type: "removed", key });
  const unfit = limits ? (unfitFile(file, limits) ?? unfitDuration(await durationOf(file), limits)) : null;
  if (unfit) {
    tell({ type: "refused", key, name: file.name, size: file.size, cause: refusal(unfit) });
    return key;
  }
  files.set(key, file);
  remember(key, { name: file.name, size: file.size });
  tell({ type: "added", key, name: file.name, size: file.size });
  void keepFile(key, file).then((kept) => kept || keptAway.add(key));
  return key;
}

async function begin(key: string): Promise<void> {
  const file = files.get(key);
  if (!file) return;
  tell({ type: "started", key });
  if (!(await locked(key))) return waitForOtherTab(key, file);
  if (uploads.of(key)?.state !== "sending") return unlock(key);
  stops.set(
    key,
    send(key, file, {
      created: (itemId) => tell({ type: "created", key, itemId }),
      sent: (bytes) => tell({ type: "progressed", key, sent: bytes }),
      done: () => arrived(key),
      dropped: () => dropped(key),
      refused: (sentence) => failed(key, sentence),
    }),
  );
}

function arrived(key: string): void {
  const itemId = records()[key]?.itemId ?? uploads.of(key)?.itemId ?? null;
  if (itemId) tell({ type: "created", key, itemId });
  tell({ type: "sent", key });
  finish(key);
  if (itemId) void followProcessing(itemId);
  work();
}

function finish(key: string): void {
  stops.delete(key);
  files.delete(key);
  forget(key);
  void dropFile(key);
  unlock(key);
}

function dropped(key: string): void {
  stops.delete(key);
  unlock(key);
  tell({ type: "dropped", key });
  // The browser may believe that it is online while the server is away, so no event will tell of its return.
  setTimeout(() => navigator.onLine && goOn(), TRY_AGAIN_MS);
}

function failed(key: string, sentence: string): void {
  stops.delete(key);
  unlock(key);
  tell({ type: "failed", key, cause: sentence });
  work();
}

// --- one tab per file -------------------------------------------------------------------------------------------------

/** True when this tab holds the file's lock; browsers without locks (plain http) send from every tab. */
function locked(key: string): Promise<boolean> {
  if (!("locks" in navigator)) return Promise.resolve(true);
  return new Promise((answer) => {
    void navigator.locks.request(key, { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      if (lock === null) return undefined;
      return new Promise<void>((release) => releases.set(key, release));
    });
  });
}

function unlock(key: string): void {
  releases.get(key)?.();
  releases.delete(key);
}

async function waitForOtherTab(key: string, file: File): Promise<void> {
  tell({ type: "taken", key });
  await navigator.locks.request(key, () => undefined);
  if (uploads.of(key)?.state !== "elsewhere") return;
  // The other tab ended: with the upload through (its record is gone), or closed half way.
  if (!(key in records())) return tell({ type: "removed", key });
  files.set(key, file);
  tell({ type: "resumed", key });
  work();
}

// --- what a person does ---------------------------------------------------------------------------------------------------

/** Stops sending; what the server has stays. */
export async function pause(key: string): Promise<void> {
  tell({ type: "paused", key });
  await stops.get(key)?.();
  stops.delete(key);
  unlock(key);
  work();
}

/** Goes on where it stopped, after a pause or a failure. */
export function resume(key: string): void {
  tell({ type: "resumed", key });
  work();
}

/** Gives the upload up here and on the server. */
export async function cancel(key: string): Promise<void> {
  const stop = stops.get(key);
  tell({ type: "removed", key });
  await stop?.();
  await giveUp(key);
  finish(key);
  work();
}

/** Takes an upload that is through (or was refused) off the list. */
export function dismiss(key: string): void {
  tell({ type: "removed", key });
}

// --- the connection, and life after a reload ---------------------------------------------------------------------------------

function goOn(): void {
  tell({ type: "online" });
  work();
}

async function hold(): Promise<void> {
  const running = [...stops.entries()];
  tell({ type: "offline" });
  for (const [key, stop] of running) {
    await stop();
    stops.delete(key);
    unlock(key);
  }
}

/** Uploads begun here before a reload: those whose file was kept go on by themselves, the others are named for picking again. */
export async function recall(): Promise<{ key: string; name: string; size: number }[]> {
  const mine = `plainview-upload|${session.me?.id ?? ""}|`;
  const missing: { key: string; name: string; size: number }[] = [];
  for (const [key, record] of Object.entries(records())) {
    if (!key.startsWith(mine) || uploads.of(key)) continue;
    const file = await keptFile(key);
    if (!file) {
      missing.push({ key, name: record.name, size: record.size });
      continue;
    }
    files.set(key, file);
    tell({ type: "added", key, name: file.name, size: file.size });
    if (record.itemId) tell({ type: "created", key, itemId: record.itemId });
  }
  work();
  return missing;
}

// --- processing -------------------------------------------------------------------------------------------------------------

/** Asks until the video is ready, failed, or off the list; the live socket usually tells sooner. */
async function followProcessing(itemId: string): Promise<void> {
  for (;;) {
    const upload = state.queue.find((one) => one.itemId === itemId);
    if (!upload || (upload.processing && OVER.includes(upload.processing.state))) return;
    const draft = await get<Draft>(`/api/studio/${itemId}`).catch((error: unknown) => error);
    // Deleted meanwhile, here or elsewhere: there is nothing to follow any more.
    if (draft instanceof ApiError && draft.status === 404) return tell({ type: "removed", key: upload.key });
    if (draft && !(draft instanceof Error)) {
      tell({ type: "processing", itemId, processing: (draft as Draft).processing });
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

/** Shows the processing of a video anew after a retry. */
export function processingAgain(itemId: string, processing: Processing): void {
  tell({ type: "processing", itemId, processing });
  void followProcessing(itemId);
}

if (typeof window !== "undefined") {
  window.addEventListener("offline", () => void hold());
  window.addEventListener("online", goOn);
  window.addEventListener("beforeunload", (event) => {
    // Only a file that could not be kept would have to be picked again; everything else goes on after the reload.
    if (unfinished(state.queue.filter((one) => keptAway.has(one.key)))) event.preventDefault();
  });
  live.on("processing", ({ item_id, processing }) =>
    tell({ type: "processing", itemId: item_id, processing }),
  );
}
