import { expect, test } from "vitest";
import { Watch, type Told } from "./watch";

function watch(duration_ms = 10_000) {
  const told: [string, Told][] = [];
  const one = new Watch(duration_ms, (kind, what) => told.push([kind, what]));
  return { one, told };
}

function play(one: Watch, from_ms: number, to_ms: number) {
  for (let at = from_ms; at <= to_ms; at += 250) one.plays(at);
  one.plays(to_ms);
}

test("what was played counts, what was jumped over does not", () => {
  const { one, told } = watch();
  one.shown();
  play(one, 0, 2000);
  one.jumps(7000);
  play(one, 7000, 8500);
  one.leave();
  expect(told).toEqual([
    ["shown", {}],
    ["watched", { watched_ms: 3500, loops: 0 }],
  ]);
});

test("leaving at once is a skip, and says so after what was watched", () => {
  const { one, told } = watch();
  one.shown();
  play(one, 0, 700);
  one.leave();
  expect(told.map(([kind]) => kind)).toEqual(["shown", "watched", "skipped"]);
});

test("a long video is not skipped once it was watched for a good while", () => {
  const { one, told } = watch(600_000);
  one.shown();
  play(one, 0, 25_000);
  one.leave();
  expect(told.map(([kind]) => kind)).toEqual(["shown", "watched"]);
});

test("finishing is told once, however often the video comes round", () => {
  const { one, told } = watch();
  one.shown();
  play(one, 0, 9900);
  play(one, 100, 9800);
  play(one, 50, 5000);
  one.leave();
  expect(told.map(([kind]) => kind)).toEqual(["shown", "finished", "watched"]);
  expect(told[2]?.[1]).toEqual({ watched_ms: 25_000, loops: 2 });
});

test("jumping to the end is not finishing", () => {
  const { one, told } = watch();
  one.shown();
  play(one, 0, 3000);
  one.jumps(9950);
  one.leave();
  expect(told.map(([kind]) => kind)).toEqual(["shown", "watched"]);
});

test("a page that hides tells what it has, and goes on from there", () => {
  const { one, told } = watch();
  one.shown();
  play(one, 0, 4000);
  one.report();
  one.report();
  play(one, 4000, 5000);
  one.leave();
  expect(told.filter(([kind]) => kind === "watched").map(([, what]) => what.watched_ms)).toEqual([
    4000, 1000,
  ]);
});

test("what was never on screen tells nothing", () => {
  const { one, told } = watch();
  one.plays(0);
  one.plays(500);
  one.leave();
  expect(told).toEqual([]);
});
