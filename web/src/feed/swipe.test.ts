import { expect, test } from "vitest";
import { Swipe } from "./swipe";

const free = { before: true, after: true };

test("a short quick flick goes on, a short slow one comes back", () => {
  const quick = new Swipe({ y: 500, at_ms: 0 });
  quick.pulled({ y: 450, at_ms: 60 }, free);
  expect(quick.settle({ y: 440, at_ms: 70 }, 800, free)).toBe(1);
  const slow = new Swipe({ y: 500, at_ms: 0 });
  slow.pulled({ y: 450, at_ms: 600 }, free);
  expect(slow.settle({ y: 440, at_ms: 900 }, 800, free)).toBe(0);
});

test("a long slow pull goes on, and back when pulled back", () => {
  const pull = new Swipe({ y: 100, at_ms: 0 });
  pull.pulled({ y: 420, at_ms: 900 }, free);
  expect(pull.settle({ y: 420, at_ms: 1100 }, 800, free)).toBe(-1);
});

test("a pull that is thrown back at the end changes nothing", () => {
  const swipe = new Swipe({ y: 700, at_ms: 0 });
  swipe.pulled({ y: 300, at_ms: 500 }, free);
  swipe.pulled({ y: 320, at_ms: 540 }, free);
  expect(swipe.settle({ y: 360, at_ms: 560 }, 800, free)).toBe(0);
});

test("at an edge the track resists and settles where it was", () => {
  const swipe = new Swipe({ y: 100, at_ms: 0 });
  const edge = { before: false, after: true };
  expect(swipe.pulled({ y: 200, at_ms: 20 }, edge)).toBeCloseTo(30);
  expect(swipe.settle({ y: 400, at_ms: 60 }, 800, edge)).toBe(0);
});
