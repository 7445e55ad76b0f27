import { expect, test, vi } from "vitest";
import { finishAll, later } from "./later";

test("what is put off happens once, unless it is taken back in time", () => {
  vi.useFakeTimers();
  const done: string[] = [];
  const undo = later(() => done.push("a"), 100);
  later(() => done.push("b"), 100);
  expect(undo()).toBe(true);
  vi.advanceTimersByTime(100);
  expect(done).toEqual(["b"]);
  expect(undo()).toBe(false);
  vi.useRealTimers();
});

test("leaving the page does what waits at once, and not again", () => {
  vi.useFakeTimers();
  const done: string[] = [];
  later(() => done.push("a"), 100);
  finishAll();
  vi.advanceTimersByTime(200);
  expect(done).toEqual(["a"]);
  vi.useRealTimers();
});
