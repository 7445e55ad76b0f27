/** Turns the stream of a wheel or trackpad into single steps: one per gesture, however long it rolls on. */

const STEP_PX = 24;
const QUIET_MS = 160;
const REST_MS = 420;

export class WheelSteps {
  #sum = 0;
  #last_ms = -Infinity;
  #stepped_ms = -Infinity;
  #peak = 0;

  /** 1, -1 or 0 for this movement of the wheel. */
  step(delta: number, at_ms: number): -1 | 0 | 1 {
    const size = Math.abs(delta);
    const fresh = at_ms - this.#last_ms > QUIET_MS;
    // A trackpad rolls on with falling strength; a clear rise after that is a new push.
    const pushed = size > this.#peak * 1.6 + 8 && at_ms - this.#stepped_ms > REST_MS;
    this.#last_ms = at_ms;
    if (fresh) {
      this.#sum = 0;
      this.#peak = 0;
      if (at_ms - this.#stepped_ms > QUIET_MS) this.#stepped_ms = -Infinity;
    }
    this.#peak = fresh || pushed ? size : Math.max(this.#peak * 0.9, size);
    if (this.#stepped_ms !== -Infinity && !pushed) return 0;
    this.#sum += delta;
    if (Math.abs(this.#sum) < STEP_PX) return 0;
    const way = this.#sum > 0 ? 1 : -1;
    this.#sum = 0;
    this.#stepped_ms = at_ms;
    return way;
  }
}
