/** A short list of a person's own things in the settings: loaded whole, and loaded again after each change of it. */

import { sentence } from "../../api/client";
import { toast } from "../../design/toasts.svelte";
import { wasCancelled } from "../calls";

export class Owned<Thing> {
  all = $state.raw<Thing[] | null>(null);
  error = $state<string | null>(null);
  busy = $state(false);
  readonly #ask: () => Promise<Thing[]>;

  constructor(ask: () => Promise<Thing[]>) {
    this.#ask = ask;
    void this.#load().catch((caught: unknown) => (this.error = sentence(caught)));
  }

  async #load(): Promise<void> {
    this.all = await this.#ask();
  }

  /** Does something to the list, says that it is done, and shows the list as it is then. */
  async change(act: () => Promise<unknown>, done: string): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await act();
      toast(done);
      await this.#load();
    } catch (caught) {
      this.error = wasCancelled(caught) ? null : sentence(caught);
    } finally {
      this.busy = false;
    }
  }
}
