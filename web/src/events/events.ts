/** Watch events of this tab: what happened between this person and a video, on its way to the server. */

import type { Accepted, WatchEvent, WatchEventKind } from "../api/types";
import { learning } from "./learning.svelte";
import { EventQueue, type Answer } from "./queue";
import { lastingStore, passingStore } from "./store";

const EVERY_MS = 2000;
const SESSION_KEY = "plainview.session";
// A batch that the server calls malformed will not become better by waiting.
const REFUSALS = new Set([400, 413, 415, 422]);

export type Happening = Omit<WatchEvent, "id" | "at_ms" | "session" | "kind">;

/** A random id; also on plain http, where crypto.randomUUID does not exist. */
export function freshId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function thisSession(): string {
  try {
    const kept = sessionStorage.getItem(SESSION_KEY) ?? freshId();
    sessionStorage.setItem(SESSION_KEY, kept);
    return kept;
  } catch {
    return freshId();
  }
}

/** The random name of this tab's visit; the feed uses it to tie pages and events together. */
export const visit = thisSession();

async function send(events: WatchEvent[], leaving: boolean): Promise<Answer> {
  const response = await fetch("/api/events", {
    method: "POST",
    headers: { "content-type": "application/json", "x-plainview": "1", ...learning.headers },
    body: JSON.stringify({ events }),
    credentials: "same-origin",
    keepalive: leaving,
  });
  if (REFUSALS.has(response.status)) return { refused: true };
  if (!response.ok) throw new Error(`events: ${response.status}`);
  return (await response.json()) as Accepted;
}

const queue = new EventQueue(typeof indexedDB === "undefined" ? passingStore() : lastingStore(), send);

/** Records that something happened; it is sent within two seconds, or when there is a connection again.
 *  Where the feed is not to learn from this person, nothing is recorded and nothing sent. */
export function happened(kind: WatchEventKind, what: Happening): void {
  if (!learning.on) return;
  queue.add({ ...what, kind, id: freshId(), at_ms: Date.now(), session: visit });
}

/** Resolves when what happened so far has been sent, or could not be. */
export const flushEvents = (): Promise<void> => queue.flush();

async function loop(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(EVERY_MS, queue.pause_ms)));
    if (navigator.onLine) await queue.flush();
  }
}

/** Starts sending: every two seconds, at once when the connection is back, and when the page is left. */
export function startEvents(): void {
  void queue.restore().then(loop);
  addEventListener("online", () => void queue.flush());
  addEventListener("pagehide", () => queue.leave());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") queue.leave();
  });
}
