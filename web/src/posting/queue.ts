// Owns the list of uploads of one tab as plain values: what may start, what waits for the connection, what was refused.
// Nothing here sends a byte; `uploads.svelte.ts` drives tus with what this says.

import type { Processing } from "../api/types";
import { paceAt, paceFrom, type Pace } from "./pace";

export type UploadState =
  | "waiting" // its turn has not come
  | "sending"
  | "paused" // by the person
  | "offline" // by the connection; goes on by itself
  | "elsewhere" // another tab is sending the same file
  | "sent" // every byte is durable; processing tells the rest
  | "failed";

export type Upload = {
  key: string;
  name: string;
  size: number;
  sent: number;
  state: UploadState;
  itemId: string | null;
  cause: string | null;
  /** True for a file that was refused before a byte was sent. */
  unfit: boolean;
  pace: Pace;
  processing: Processing | null;
};

export type QueueEvent =
  | { type: "added"; key: string; name: string; size: number }
  | { type: "refused"; key: string; name: string; size: number; cause: string }
  | { type: "started"; key: string }
  | { type: "created"; key: string; itemId: string }
  | { type: "progressed"; key: string; sent: number }
  | { type: "paused"; key: string }
  | { type: "resumed"; key: string }
  | { type: "taken"; key: string }
  | { type: "dropped"; key: string }
  | { type: "sent"; key: string }
  | { type: "failed"; key: string; cause: string }
  | { type: "removed"; key: string }
  | { type: "processing"; itemId: string; processing: Processing }
  | { type: "offline" }
  | { type: "online" };

/** The queue after one event; an event that names nothing in it changes nothing. */
export function queueAfter(queue: Upload[], event: QueueEvent, nowMs: number): Upload[] {
  switch (event.type) {
    case "added":
    case "refused":
      return queue.some((one) => one.key === event.key) ? queue : [...queue, fresh(event, nowMs)];
    case "removed":
      return queue.filter((one) => one.key !== event.key);
    case "offline":
      return queue.map((one) => (busy(one) ? { ...one, state: "offline" } : one));
    case "online":
      return queue.map((one) => (one.state === "offline" ? { ...one, state: "waiting" } : one));
    case "processing":
      return queue.map((one) =>
        one.itemId === event.itemId ? { ...one, processing: event.processing } : one,
      );
    default:
      return queue.map((one) => (one.key === event.key ? changed(one, event, nowMs) : one));
  }
}

function fresh(
  event: { type: "added" | "refused"; key: string; name: string; size: number; cause?: string },
  nowMs: number,
): Upload {
  return {
    key: event.key,
    name: event.name,
    size: event.size,
    sent: 0,
    state: event.type === "added" ? "waiting" : "failed",
    itemId: null,
    cause: event.cause ?? null,
    unfit: event.type === "refused",
    pace: paceFrom(0, nowMs),
    processing: null,
  };
}

function busy(upload: Upload): boolean {
  return upload.state === "sending" || upload.state === "waiting";
}

function changed(upload: Upload, event: Extract<QueueEvent, { key: string }>, nowMs: number): Upload {
  switch (event.type) {
    case "started":
      return { ...upload, state: "sending", cause: null, pace: paceFrom(upload.sent, nowMs) };
    case "created":
      return { ...upload, itemId: event.itemId };
    case "progressed":
      return progressed(upload, event.sent, nowMs);
    case "paused":
      return upload.state === "sent" ? upload : { ...upload, state: "paused" };
    case "resumed":
      return upload.state === "sent" ? upload : { ...upload, state: "waiting", cause: null };
    case "taken":
      return { ...upload, state: "elsewhere" };
    case "dropped":
      return upload.state === "sending" ? { ...upload, state: "offline" } : upload;
    case "sent":
      return { ...upload, state: "sent", sent: upload.size, cause: null };
    case "failed":
      return { ...upload, state: "failed", cause: event.cause };
    default:
      return upload;
  }
}

function progressed(upload: Upload, sent: number, nowMs: number): Upload {
  // A resume may report less than was thought to be through; the server's word is the truth, the bar still never overshoots.
  const bounded = Math.min(Math.max(0, sent), upload.size);
  return { ...upload, sent: bounded, pace: paceAt(upload.pace, bounded, nowMs) };
}

/** The keys that should start now, in the order they were added, so that at most `atOnce` are being sent. */
export function startable(queue: Upload[], atOnce: number): string[] {
  const sending = queue.filter((one) => one.state === "sending").length;
  const waiting = queue.filter((one) => one.state === "waiting").map((one) => one.key);
  return waiting.slice(0, Math.max(0, atOnce - sending));
}

/** Whether leaving the page now would stop something that is under way. */
export function unfinished(queue: Upload[]): boolean {
  return queue.some((one) => one.state === "sending" || one.state === "waiting" || one.state === "offline");
}
