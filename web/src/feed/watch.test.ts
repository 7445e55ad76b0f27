import { expect, test } from "vitest";
import { Watch, type Told } from "./watch";

function watch(duration_ms = 10_000) {
  const told: [string, Told][] = [];
  const one = new Watch(duration_ms, (kind, what) => told.push([kind, what]));
  return { one, told };
}

test("only time in which the picture moved is counted", () => {
  const { one, told } = watch();
  one.shown();
  one.runs(1000);
  one.stops(3000);
  one.runs(8000);
  one.leave(9500);
  expect(told).toEqual([
    ["shown", {}],
    ["watched", { watched_ms: 3500, loops: 0 }],
  ]);
});

test("leaving at once is a skip, and says so after what was watched", () => {
  const { one, told } = watch();
  one.shown();
  one.runs(0);
  one.leave(700);
  expect(told.map(([kind]) => kind)).toEqual(["shown", "watched", "skipped"]);
});

test("a long video is not skipped once it was watched for a good while", () => {
  const { one, told } = watch(600_000);
  one.shown();
  one.runs(0);
  one.leave(25_000);
  expect(told.map(([kind]) => kind)).toEqual(["shown", "watched"]);
});

test("finishing is told once, however often the video comes round", () => {
  const { one, told } = watch();
  one.shown();
  one.runs(0);
  one.wrapped();
  one.wrapped();
  one.leave(25_000);
  expect(told.map(([kind]) => kind)).toEqual(["shown", "finished", "watched"]);
  expect(told[2]?.[1]).toEqual({ watched_ms: 25_000, loops: 2 });
});

test("a page that hides tells what it has, and goes on from there", () => {
  const { one, told } = watch();
  one.shown();
  one.runs(0);
  one.report(4000);
  one.stops(4000);
  one.runs(9000);
  one.leave(10_000);
  expect(told.filter(([kind]) => kind === "watched").map(([, what]) => what.watched_ms)).toEqual([
    4000, 1000,
  ]);
});

test("twice the speed is twice the video", () => {
  const { one } = watch();
  one.shown();
  one.runs(0, 2);
  one.stops(3000);
  expect(one.watched_ms).toBe(6000);
});

test("what was never on screen tells nothing", () => {
  const { one, told } = watch();
  one.leave(500);
  expect(told).toEqual([]);
});
