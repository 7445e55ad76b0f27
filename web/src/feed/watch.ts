/** One visit to one video: how much of it really played, how often it came round, and what is to be told about it. */

import type { WatchEventKind } from "../api/types";

export type Told = { watched_ms?: number; loops?: number };
export type Tell = (kind: WatchEventKind, told: Told) => void;

const SKIP_MS = 2000;
const SKIP_SHARE = 0.2;
const SKIP_MS_MAX = 20_000;
const FINISHED_SHARE = 0.97;
// A step back from the last part to the first part, which nobody asked for, is the loop coming round.
const END_SHARE = 0.75;
const START_SHARE = 0.25;

export class Watch {
  readonly #duration_ms: number;
  readonly #tell: Tell;
  #shown = false;
  #finished = false;
  #at_ms: number | null = null;
  #watched_ms = 0;
  #told_ms = 0;
  #loops = 0;
  #told_loops = 0;

  constructor(duration_ms: number, tell: Tell) {
    this.#duration_ms = duration_ms;
    this.#tell = tell;
  }

  /** Milliseconds of the video that really played in this visit, all loops together. */
  get watched_ms(): number {
    return Math.round(this.#watched_ms);
  }

  /** True when leaving now counts as passing it over. */
  get skipped(): boolean {
    const enough_ms = Math.min(SKIP_MS_MAX, Math.max(SKIP_MS, this.#duration_ms * SKIP_SHARE));
    return this.#shown && !this.#finished && this.#watched_ms < enough_ms;
  }

  /** The first frame is on screen. */
  shown(): void {
    if (this.#shown) return;
    this.#shown = true;
    this.#tell("shown", {});
  }

  /** The playhead came here by playing. Only what lies between two such places counts as watched. */
  plays(position_ms: number): void {
    const before_ms = this.#at_ms;
    this.#at_ms = position_ms;
    if (before_ms === null) return;
    if (position_ms >= before_ms) this.#watched_ms += position_ms - before_ms;
    else if (before_ms > this.#duration_ms * END_SHARE && position_ms < this.#duration_ms * START_SHARE)
      this.#comesRound(before_ms, position_ms);
    if (before_ms < position_ms && position_ms >= this.#duration_ms * FINISHED_SHARE) this.#finish();
  }

  /** The person moved the playhead here; what was jumped over was not watched. */
  jumps(position_ms: number): void {
    this.#at_ms = position_ms;
  }

  /** Tells what was watched since the last telling; the visit may go on after it (the page was only hidden). */
  report(): void {
    const watched_ms = Math.round(this.#watched_ms - this.#told_ms);
    if (!this.#shown || watched_ms <= 0) return;
    this.#tell("watched", { watched_ms, loops: this.#loops - this.#told_loops });
    this.#told_ms += watched_ms;
    this.#told_loops = this.#loops;
  }

  /** The visit is over. */
  leave(): void {
    this.report();
    if (this.skipped) this.#tell("skipped", { watched_ms: this.watched_ms });
  }

  #comesRound(before_ms: number, position_ms: number): void {
    this.#watched_ms += Math.max(0, this.#duration_ms - before_ms) + position_ms;
    this.#loops += 1;
    this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#tell("finished", { watched_ms: this.watched_ms });
  }
}
