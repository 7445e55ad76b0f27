/** A list that comes in pages: what is loaded, whether more follows, what went wrong. Every long list of the app uses it. */

import { sentence } from "../api/client";

export type Page<T> = { entries: T[]; next: string | null };
export type Fetch<T> = (cursor: string | null) => Promise<Page<T>>;

export class Pages<T extends object> {
  entries = $state.raw<T[]>([]);
  busy = $state(false);
  error = $state<string | null>(null);
  /** True once the first page came. */
  begun = $state(false);
  ended = $state(false);

  readonly #fetch: Fetch<T>;
  #next: string | null = null;
  #turn = 0;

  constructor(fetch: Fetch<T>) {
    this.#fetch = fetch;
  }

  /** True when the list came and holds nothing. */
  get empty(): boolean {
    return this.begun && this.ended && this.entries.length === 0;
  }

  /** Loads the next page; a second call while one is under way does nothing. */
  async more(): Promise<void> {
    if (this.busy || this.ended) return;
    const turn = this.#turn;
    this.busy = true;
    this.error = null;
    try {
      const page = await this.#fetch(this.#next);
      if (turn !== this.#turn) return;
      this.entries = [...this.entries, ...page.entries];
      this.#next = page.next;
      this.ended = page.next === null;
      this.begun = true;
    } catch (error) {
      if (turn === this.#turn) this.error = sentence(error);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** Forgets everything and loads from the start; an answer still under way for the old list is dropped. */
  async again(): Promise<void> {
    this.#turn += 1;
    this.#next = null;
    this.entries = [];
    this.busy = this.begun = this.ended = false;
    await this.more();
  }

  /** Changes the entries that are loaded, for what a person did to them. */
  change(to: (entries: T[]) => T[]): void {
    this.entries = to(this.entries);
  }
}
