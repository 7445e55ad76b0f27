/** Events that wait to be acknowledged: kept where a reload cannot lose them, sent in batches, given up only on refusal. */

import type { Accepted, WatchEvent } from "../api/types";

/** Where waiting events survive a reload. */
export type Store<Kept extends { id: string } = WatchEvent> = {
  all(): Promise<Kept[]>;
  add(event: Kept): Promise<void>;
  remove(ids: string[]): Promise<void>;
};
/** What the server said to a batch: the ids that are durable now, or that it will never take it. */
export type Answer = Accepted | { refused: true };
export type Send<Kept> = (events: Kept[], leaving: boolean) => Promise<Answer>;

const BATCH_MAX = 100;
// A page that is being left may send 64 KiB; an event is about 300 bytes.
const LEAVING_MAX = 150;
const WAITING_MAX = 5000;
const BACKOFF_MS = 2000;
const BACKOFF_MS_MAX = 60_000;

export class EventQueue<Kept extends { id: string; at_ms?: number } = WatchEvent> {
  readonly #store: Store<Kept>;
  readonly #send: Send<Kept>;
  #waiting = new Map<string, Kept>();
  #busy: Promise<void> | null = null;
  #failures = 0;
  #size = BATCH_MAX;

  constructor(store: Store<Kept>, send: Send<Kept>) {
    this.#store = store;
    this.#send = send;
  }

  /** How many events are not yet acknowledged. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Milliseconds to wait before the next try: none while the server answers, doubling while it does not. */
  get pause_ms(): number {
    if (this.#failures === 0) return 0;
    return Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** (this.#failures - 1));
  }

  /** Takes back what an earlier page left behind, in the order in which it happened. */
  async restore(): Promise<void> {
    const kept = await this.#store.all().catch(() => []);
    kept.sort((a, b) => (a.at_ms ?? 0) - (b.at_ms ?? 0));
    for (const event of kept) this.#waiting.set(event.id, event);
  }

  /** Takes an event; it is sent with the next batch. The oldest makes room when far too many wait. */
  add(event: Kept): void {
    this.#waiting.set(event.id, event);
    void this.#store.add(event).catch(() => undefined);
    if (this.#waiting.size <= WAITING_MAX) return;
    const oldest = this.#waiting.keys().next().value;
    if (oldest !== undefined) this.#forget([oldest]);
  }

  /** The events that wait and fit, oldest first. */
  all(fits: (event: Kept) => boolean): Kept[] {
    return [...this.#waiting.values()].filter(fits);
  }

  /** Gives up events that wait. */
  drop(fits: (event: Kept) => boolean): void {
    this.#forget([...this.#waiting.values()].filter(fits).map((event) => event.id));
  }

  /** Sends everything that waits, batch by batch; a second call joins the one under way. */
  flush(): Promise<void> {
    this.#busy ??= this.#run().finally(() => (this.#busy = null));
    return this.#busy;
  }

  /** Sends once more in a way that outlives the page. What is not acknowledged stays for the next visit. */
  leave(): void {
    const batch = [...this.#waiting.values()].slice(-LEAVING_MAX);
    if (batch.length === 0) return;
    this.#send(batch, true)
      .then((answer) => "accepted" in answer && this.#forget(answer.accepted))
      .catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting.values()].slice(0, this.#size);
      let answer: Answer;
      try {
        answer = await this.#send(batch, false);
      } catch {
        this.#failures += 1;
        return;
      }
      this.#failures = 0;
      if ("refused" in answer) this.#narrow(batch);
      else if (!this.#take(batch, answer.accepted)) return;
    }
  }

  // A refused batch is halved until the one event that is refused is alone, and that one is dropped.
  #narrow(batch: Kept[]): void {
    if (batch.length > 1) this.#size = Math.ceil(batch.length / 2);
    else this.#forget(batch.map((event) => event.id));
  }

  #take(batch: Kept[], accepted: string[]): boolean {
    const taken = batch.map((event) => event.id).filter((id) => accepted.includes(id));
    this.#forget(taken);
    this.#size = BATCH_MAX;
    if (taken.length > 0) return true;
    this.#failures += 1;
    return false;
  }

  #forget(ids: string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#waiting.delete(id);
    void this.#store.remove(ids).catch(() => undefined);
  }
}
