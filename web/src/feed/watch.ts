/** One visit to one video: how long it really played, how often it came round, and what is to be told about it. */

import type { WatchEventKind } from "../api/types";

export type Told = { watched_ms?: number; loops?: number };
export type Tell = (kind: WatchEventKind, told: Told) => void;

const SKIP_MS = 2000;
const SKIP_SHARE = 0.2;
const SKIP_MS_MAX = 20_000;
const FINISHED_SHARE = 0.97;

export class Watch {
  readonly #duration_ms: number;
  readonly #tell: Tell;
  #shown = false;
  #finished = false;
  #since_ms: number | null = null;
  #speed = 1;
  #told_ms = 0;
  #watched_ms = 0;
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

  get finished(): boolean {
    return this.#finished;
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

  /** The picture moves, at a speed. */
  runs(now_ms: number, speed = 1): void {
    this.stops(now_ms);
    this.#since_ms = now_ms;
    this.#speed = speed;
  }

  /** The picture stands: paused, waiting for data, or out of sight. */
  stops(now_ms: number): void {
    if (this.#since_ms === null) return;
    this.#watched_ms += Math.max(0, now_ms - this.#since_ms) * this.#speed;
    this.#since_ms = null;
  }

  /** The playhead is here; near the end counts as finished. */
  reached(position_ms: number): void {
    const played_ms = this.#watched_ms + (this.#since_ms === null ? 0 : 1);
    if (played_ms > 0 && position_ms >= this.#duration_ms * FINISHED_SHARE) this.#finish();
  }

  /** The video started over. */
  wrapped(): void {
    this.#loops += 1;
    this.#finish();
  }

  /** Tells what was watched since the last telling; the visit may go on after it (the page was only hidden). */
  report(now_ms: number): void {
    const running = this.#since_ms !== null;
    this.stops(now_ms);
    if (running) this.#since_ms = now_ms;
    const watched_ms = Math.round(this.#watched_ms - this.#told_ms);
    if (!this.#shown || watched_ms <= 0) return;
    this.#tell("watched", { watched_ms, loops: this.#loops - this.#told_loops });
    this.#told_ms += watched_ms;
    this.#told_loops = this.#loops;
  }

  /** The visit is over. */
  leave(now_ms: number): void {
    this.stops(now_ms);
    this.report(now_ms);
    if (this.skipped) this.#tell("skipped", { watched_ms: this.watched_ms });
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#tell("finished", { watched_ms: this.watched_ms });
  }
}
