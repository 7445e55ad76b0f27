/** How a person steers their own feed: what they moved, saved as they move it, the last wish winning; every way back. */

import { get, put, sentence } from "../api/client";
import type { SliderName, Steering, SteeringWish } from "../api/types";
import { toast } from "../design/toasts.svelte";
import { feeds } from "../feed/feed.svelte";
import { t } from "../i18n/t.svelte";
import "./steering-words";

const PATH = "/api/me/steering";

/** Steps to either side of a slider's middle. */
export const SLIDER_MOST = 2;
export const SLIDERS: SliderName[] = ["familiar", "followed", "popular", "fresh", "varied"];
/** These move what the feed concluded from what one did; without profiling there is nothing to move. */
export const PROFILED: ReadonlySet<SliderName> = new Set<SliderName>(["familiar", "followed"]);

export type Calls = {
  read: () => Promise<Steering>;
  write: (wish: SteeringWish) => Promise<Steering>;
  /** Called when the next page is by other settings. */
  steered: () => void;
};

const overHttp: Calls = {
  read: () => get<Steering>(PATH),
  write: (wish) => put<Steering>(PATH, wish),
  steered: () => feeds.for_you.steered(),
};

const wishOf = (steering: Steering): SteeringWish => ({
  sliders: steering.sliders,
  off: steering.sources.filter((source) => !source.on).map((source) => source.name),
});

export class Wheel {
  /** What stands on the screen; null until it is loaded. */
  now = $state.raw<Steering | null>(null);
  error = $state<string | null>(null);
  /** True once something was saved here. */
  saved = $state(false);

  #kept: Steering | null = null;
  #waiting = false;
  #saving: Promise<void> | null = null;
  readonly #calls: Calls;

  constructor(calls: Calls = overHttp) {
    this.#calls = calls;
  }

  /** Whether a slider is away from its middle. */
  get moved(): boolean {
    return this.now !== null && Object.values(this.now.sliders).some((step) => step !== 0);
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      this.now = this.#kept = await this.#calls.read();
    } catch (error) {
      this.error = sentence(error);
    }
  }

  /** Moves one slider; done when it is saved. */
  async move(name: SliderName, step: number): Promise<void> {
    if (this.now) await this.#wish({ ...this.now, sliders: { ...this.now.sliders, [name]: step } });
  }

  /** Switches one source on or off; done when it is saved. */
  async flip(name: string, on: boolean): Promise<void> {
    if (!this.now) return;
    const sources = this.now.sources.map((source) => (source.name === name ? { ...source, on } : source));
    await this.#wish({ ...this.now, sources });
  }

  /** Puts every slider in the middle, with a way back. */
  async reset(): Promise<void> {
    if (!this.now) return;
    const before = this.now.sliders;
    const back = () => this.now && void this.#wish({ ...this.now, sliders: before });
    const middle = Object.fromEntries(SLIDERS.map((name) => [name, 0])) as Steering["sliders"];
    await this.#wish({ ...this.now, sliders: middle });
    if (!this.moved) toast(t("steer.was_reset"), { undo: back });
  }

  #wish(wish: Steering): Promise<void> {
    this.now = wish;
    this.#waiting = true;
    this.#saving ??= this.#save().finally(() => (this.#saving = null));
    return this.#saving;
  }

  async #save(): Promise<void> {
    try {
      while (this.#waiting && this.now) {
        this.#waiting = false;
        this.#kept = await this.#calls.write(wishOf(this.now));
      }
      this.saved = true;
      this.#calls.steered();
    } catch (error) {
      // What is shown is what holds.
      this.#waiting = false;
      this.now = this.#kept;
      toast(sentence(error), { tone: "harm" });
    }
  }
}
