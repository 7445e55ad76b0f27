/** A feed as it is watched: the entries so far, the one in view, and when the next page is asked for. */

import { whenBack } from "../api/back";
import { get, sentence } from "../api/client";
import type { Card, FeedEntry, FeedMode, FeedPage, PageMode } from "../api/types";
import { flushEvents, visit } from "../events/events";
import { lookedFor } from "./looked";
import { asWished } from "./wished";

const PAGE = 8;
const FEWEST_AHEAD = 2;
const EXCLUDED_MAX = 120;
// Acting on a video changes what follows it; more than one new page in this time would only cost.
const RENEW_EVERY_MS = 3000;

/** The page that an entry stands on; without an id where somebody opened the video by its address. */
type Origin = { page_id: string; model: string; mode: PageMode };
export type Entry = FeedEntry & Origin & { key: string; dismissed: boolean };
export type FetchPage = (mode: FeedMode, size: number, exclude: string[]) => Promise<FeedPage>;

const fromServer: FetchPage = (mode, size, exclude) =>
  get<FeedPage>("/api/feed", {
    mode,
    size,
    session: visit,
    exclude: exclude.join(","),
    looked_for: mode === "for_you" ? lookedFor() : "",
  });

export class Feed {
  entries = $state<Entry[]>([]);
  index = $state(0);
  loading = $state(false);
  ended = $state(false);
  error = $state<string | null>(null);
  readonly mode: FeedMode;

  readonly #fetch: FetchPage;
  #stale = false;
  #renewed_ms = 0;
  #made = 0;
  #turn = 0;

  constructor(mode: FeedMode, fetch: FetchPage = fromServer) {
    this.mode = mode;
    this.#fetch = fetch;
  }

  get current(): Entry | undefined {
    return this.entries[this.index];
  }

  /** True when the server has nothing for this person at all. */
  get empty(): boolean {
    return this.ended && this.entries.length === 0;
  }

  /** The furthest place that can be swiped to: the last entry, or the note that stands after it. */
  get last(): number {
    return this.entries.length === 0 ? 0 : this.entries.length;
  }

  /** Starts with a video that somebody linked to; the feed goes on behind it. */
  begin(card: Card): void {
    const nowhere: Origin = { page_id: "", model: "", mode: "unprofiled" };
    this.entries = [this.#entry({ card, position: 0, sources: [], reasons: [] }, nowhere)];
    this.index = 0;
    void this.more();
  }

  /** Loads the next page. */
  async more(): Promise<void> {
    if (this.loading || this.ended) return;
    await this.#load(() => this.entries.length);
  }

  /** Goes to an entry and asks for more when few are left; first what was learned here, if anything was. */
  moveTo(index: number): void {
    this.index = Math.min(Math.max(0, index), this.last);
    const ahead = this.entries.length - 1 - this.index;
    const due = this.#stale && Date.now() - this.#renewed_ms > RENEW_EVERY_MS;
    if (due && ahead >= FEWEST_AHEAD) void this.#renew();
    else if (ahead <= FEWEST_AHEAD) void this.more();
  }

  /** Says that the person just told the feed something: what follows the buffered videos is asked for again. */
  learned(): void {
    this.#stale = true;
  }

  /** Drops all that follows the video in view: the person changed what their feed is made by. */
  steered(): void {
    this.#turn += 1;
    this.entries = this.entries.slice(0, this.index + 1);
    this.loading = this.ended = false;
  }

  /** Tries again after an error or an end. */
  async again(): Promise<void> {
    this.ended = false;
    await this.more();
  }

  /** Starts over with an empty feed. */
  async restart(): Promise<void> {
    this.#turn += 1;
    this.entries = [];
    this.index = 0;
    this.loading = this.ended = false;
    await this.more();
  }

  /** Takes everything of a person out of what is still to come. */
  without(handle: string): void {
    const keep = (entry: Entry, at: number) => at <= this.index || entry.card.creator.handle !== handle;
    this.entries = this.entries.filter(keep);
    void this.more();
  }

  async #renew(): Promise<void> {
    if (this.loading) return;
    this.#stale = false;
    this.#renewed_ms = Date.now();
    // The events of this very video must be there before the page that they should change.
    await flushEvents();
    await this.#load(() => this.index + FEWEST_AHEAD + 1);
  }

  // `keep` is asked when the answer is here, since the person may have swiped on in the meantime.
  async #load(keep: () => number): Promise<void> {
    const turn = this.#turn;
    this.loading = true;
    this.error = null;
    try {
      const held = this.entries.slice(0, keep());
      const exclude = held.slice(-EXCLUDED_MAX).map((entry) => entry.card.id);
      const page = await this.#fetch(this.mode, PAGE, exclude);
      if (turn === this.#turn) this.#take(page, keep());
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = sentence(error);
      whenBack(error, () => this.error !== null && void this.more());
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  #take(page: FeedPage, keep: number): void {
    if (page.entries.length === 0) {
      this.ended = this.entries.length <= keep;
      return;
    }
    const kept = this.entries.slice(0, keep);
    const known = new Set(kept.map((entry) => entry.card.id));
    const fresh = page.entries.filter((entry) => !known.has(entry.card.id));
    this.ended = fresh.length === 0 && kept.length === this.entries.length;
    this.entries = [...kept, ...fresh.map((entry) => this.#entry(entry, page))];
  }

  #entry(entry: FeedEntry, { page_id, model, mode }: Origin): Entry {
    this.#made += 1;
    const card = asWished(entry.card);
    return { ...entry, card, page_id, model, mode, key: `${this.#made}`, dismissed: false };
  }
}

/** The two feeds of the app, kept while it is open so that coming back finds the same video. */
export const feeds: Record<FeedMode, Feed> = {
  for_you: new Feed("for_you"),
  following: new Feed("following"),
};
