/** The finger on the feed as numbers: how far the track follows it, and where it settles when let go. */

export type Point = { y: number; at_ms: number };

const SPEED_PX_MS = 0.35;
const SHARE = 0.28;
const EDGE_RESISTANCE = 0.3;
const VELOCITY_WINDOW_MS = 90;

export class Swipe {
  #start: Point;
  #recent: Point[] = [];

  constructor(start: Point) {
    this.#start = start;
    this.#recent = [start];
  }

  /** How far the track is pulled, in pixels; less than the finger where there is nothing to pull in. */
  pulled(point: Point, edges: { before: boolean; after: boolean }): number {
    this.#recent = [...this.#recent.filter((one) => point.at_ms - one.at_ms <= VELOCITY_WINDOW_MS), point];
    const way = point.y - this.#start.y;
    const stuck = (way > 0 && !edges.before) || (way < 0 && !edges.after);
    return stuck ? way * EDGE_RESISTANCE : way;
  }

  /** -1, 0 or 1: the entry to settle on, from the distance and the speed at which the finger left. */
  settle(point: Point, height: number, edges: { before: boolean; after: boolean }): -1 | 0 | 1 {
    const way = point.y - this.#start.y;
    const first = this.#recent.find((one) => point.at_ms - one.at_ms <= VELOCITY_WINDOW_MS) ?? this.#start;
    const speed = (point.y - first.y) / Math.max(1, point.at_ms - first.at_ms);
    const thrown = Math.abs(speed) > SPEED_PX_MS && Math.sign(speed) === Math.sign(way);
    const dragged = Math.abs(way) > height * SHARE && Math.abs(speed) < SPEED_PX_MS;
    if (!thrown && !dragged) return 0;
    if (way < 0) return edges.after ? 1 : 0;
    return edges.before ? -1 : 0;
  }
}
