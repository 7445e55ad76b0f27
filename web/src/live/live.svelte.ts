/** The live socket: notices, processing and counts as they happen. Opens for members, reconnects by itself. */

import { session } from "../accounts/session.svelte";
import type { LiveMessage } from "../api/types";

type Kind = LiveMessage["type"];
type Listener<K extends Kind> = (message: Extract<LiveMessage, { type: K }>) => void;

const REVOKED = 4401;
const WAIT_MS_MAX = 30_000;

const listeners = new Map<Kind, Set<(message: never) => void>>();
const state = $state({ connected: false });

let socket: WebSocket | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let failures = 0;

function tell(message: LiveMessage): void {
  if (message.type === "notice") session.unread(message.unread);
  for (const listener of listeners.get(message.type) ?? [])
    (listener as (message: LiveMessage) => void)(message);
}

function connect(): void {
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live`;
  socket = new WebSocket(url);
  socket.onopen = () => {
    failures = 0;
    state.connected = true;
  };
  socket.onmessage = (event) => tell(JSON.parse(String(event.data)) as LiveMessage);
  socket.onclose = (event) => {
    state.connected = false;
    socket = null;
    // The session was ended elsewhere: this tab follows at once.
    if (event.code === REVOKED) session.set(null);
    else again();
  };
}

function again(): void {
  failures += 1;
  const wait = Math.min(WAIT_MS_MAX, 500 * 2 ** failures) * (0.7 + Math.random() * 0.6);
  clearTimeout(timer);
  timer = setTimeout(connect, wait);
}

export const live = {
  get connected(): boolean {
    return state.connected;
  },

  /** Opens the socket; what it returns closes it for good. */
  open(): () => void {
    if (!socket) connect();
    return () => {
      clearTimeout(timer);
      if (!socket) return;
      socket.onclose = null;
      socket.close();
      socket = null;
      state.connected = false;
    };
  },

  /** Calls the listener for each message of a kind; what it returns stops that. */
  on<K extends Kind>(kind: K, listener: Listener<K>): () => void {
    const set = listeners.get(kind) ?? new Set();
    listeners.set(kind, set);
    set.add(listener as (message: never) => void);
    return () => set.delete(listener as (message: never) => void);
  },
};

/** Calls the listener for each message of a kind; what it returns stops that. */
export const on = live.on.bind(live);
