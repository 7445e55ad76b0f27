/** What a person says they would like to see: each word of it told at once, each of them taken back as easily. */

import { get, post, sentence } from "../api/client";
import type { Topic, Topics } from "../api/types";
import { toast } from "../design/toasts.svelte";
import { feeds } from "../feed/feed.svelte";
import { t } from "../i18n/t.svelte";
import "./steering-words";

export type Calls = {
  read: () => Promise<Topics>;
  choose: (tag: string) => Promise<unknown>;
  forget: (tag: string) => Promise<unknown>;
  /** Called when the next page is by other tastes. */
  steered: () => void;
};

export const overHttp: Calls = {
  read: () => get<Topics>("/api/me/topics"),
  choose: (tag) => post("/api/me/topics", { tags: [tag] }),
  forget: (tag) => post("/api/me/taste/forget", { tastes: [{ name: "tag", subject: tag }] }),
  steered: () => feeds.for_you.steered(),
};

export class TopicShelf {
  /** What there is to choose from; null until it is loaded. */
  all = $state.raw<Topic[] | null>(null);
  error = $state<string | null>(null);
  /** True once something was told here. */
  saved = $state(false);
  readonly #calls: Calls;
  /** What each was last told, so that two quick presses arrive in their order. */
  #told: Promise<unknown> = Promise.resolve();

  constructor(calls: Calls = overHttp) {
    this.#calls = calls;
  }

  get chosen(): number {
    return this.all?.filter((topic) => topic.on).length ?? 0;
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      this.all = (await this.#calls.read()).topics;
    } catch (error) {
      this.error = sentence(error);
    }
  }

  /** Chooses a topic, or takes it back; done when it is told. */
  flip(tag: string, on: boolean): Promise<void> {
    this.#show(tag, on);
    const told = this.#told.then(() => this.#tell(tag, on));
    this.#told = told;
    return told;
  }

  #show(tag: string, on: boolean): void {
    this.all = this.all?.map((topic) => (topic.tag === tag ? { ...topic, on } : topic)) ?? null;
  }

  async #tell(tag: string, on: boolean): Promise<void> {
    try {
      await (on ? this.#calls.choose(tag) : this.#calls.forget(tag));
      this.saved = true;
      this.#calls.steered();
    } catch (error) {
      // What is shown is what holds.
      this.#show(tag, !on);
      toast(sentence(error), { tone: "harm" });
    }
  }
}

/** The words that are read aloud when one was told. */
export const toldWords = (shelf: TopicShelf): string =>
  shelf.saved ? t(shelf.chosen > 0 ? "topics.saved" : "topics.none_chosen") : "";
