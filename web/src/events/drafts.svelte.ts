/** What was written and the server refused: kept with the reason where it was to go, until it is sent anew or let go. */

import { session } from "../accounts/session.svelte";
import type { Store } from "./queue";
import { lastingStore, passingStore } from "./store";

/** `path`: to what it was to be said. `why`: the refusal in words. */
export type Draft = {
  id: string;
  path: string;
  person: string;
  text: string;
  parent_id?: string;
  why: string;
};

export class Drafts {
  #kept = $state.raw<readonly Draft[]>([]);
  readonly #store: Store<Draft>;
  readonly #person: () => string | null;

  constructor(store: Store<Draft>, person: () => string | null) {
    this.#store = store;
    this.#person = person;
  }

  /** Takes back what an earlier page left behind. */
  async restore(): Promise<void> {
    const kept = await this.#store.all().catch(() => []);
    this.#kept = [...kept, ...this.#kept];
  }

  /** The oldest that this person wrote to go there. */
  first(path: string): Draft | undefined {
    return this.#kept.find((one) => one.path === path && one.person === this.#person());
  }

  keep(draft: Draft): void {
    this.#kept = [...this.#kept, draft];
    void this.#store.add(draft).catch(() => undefined);
  }

  drop(id: string): void {
    this.#kept = this.#kept.filter((one) => one.id !== id);
    void this.#store.remove([id]).catch(() => undefined);
  }
}

/** The drafts of this tab. */
export const drafts = new Drafts(
  typeof indexedDB === "undefined" ? passingStore() : lastingStore("plainview.drafts"),
  () => session.me?.id ?? null,
);
