import { expect, test } from "vitest";
import { PURPOSES, type Read } from "../verifier/purposes";
import { chart, classesOf, days, everything, filtered, midnight, occurring, whoOf } from "./reading";
import { told } from "./words";

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY_MS = 86_400_000;
let n = 0;
const read = (change: Partial<Read> = {}): Read => ({
  n: n++,
  at: NOON,
  by: "feed",
  for: "feed.rank",
  of: ["interests"],
  ...change,
});

test("reads of a day are told by what happened, a person's first, then the most frequent", () => {
  const many = [read(), read(), read({ for: "account.own_view", by: "server" }), read({ at: NOON - DAY_MS })];
  const staff = read({ by: "staff:ada", for: "moderation.case", case: "77" });
  const [today, yesterday] = days([...many, staff]);
  expect(today?.lines.map((line) => [line.by, line.reads.length])).toEqual([
    ["staff:ada", 1],
    ["feed", 2],
    ["server", 1],
  ]);
  expect(today?.count).toBe(4);
  expect(yesterday?.at_ms).toBe(midnight(NOON - DAY_MS));
});

test("different cases are different lines", () => {
  const staff = (number: string) => read({ by: "staff:ada", for: "moderation.case", case: number });
  expect(days([staff("1"), staff("2"), staff("1")])[0]?.lines.length).toBe(2);
});

test("filters let through what they say, and nothing empty is offered", () => {
  const reads = [read(), read({ by: "worker", for: "subject.export" }), read({ by: "staff:x" })];
  expect(filtered(reads, everything)).toHaveLength(3);
  expect(filtered(reads, { purpose: "feed", who: "all" })).toHaveLength(2);
  expect(filtered(reads, { purpose: "feed", who: "staff" })).toHaveLength(1);
  expect(occurring(reads)).toEqual({ purposes: ["feed", "subject"], whos: ["staff", "feed", "worker"] });
});

test("the picture counts each read once, by days and, when they go back further, by weeks", () => {
  const recent = [read({ at: NOON - 29 * DAY_MS }), read(), read({ by: "staff:ada" })];
  expect(chart(recent, NOON)).toMatchObject({ step: "day", total: 3, people: 1, most: 2 });
  const old = [read({ at: NOON - 60 * DAY_MS }), ...recent];
  expect(chart(old, NOON)).toMatchObject({ step: "week", total: 4 });
  expect(chart([], NOON)).toMatchObject({ step: "day", total: 0, most: 1 });
});

test("a name that only looks like software is a person", () => {
  expect(whoOf("staff:feed")).toBe("staff");
  expect(whoOf("somebody")).toBe("staff");
});

test("every line has a sentence, also for purposes that are new to this client", () => {
  const line = (change: Partial<Read>) => days([read(change)])[0]?.lines[0] as never;
  expect(told(line({}))).toBe("The feed ranked your page once");
  const staff = { by: "staff:ada", for: "moderation.case" };
  expect(told(line(staff))).toContain("@ada");
  for (const part of Object.keys(PURPOSES)) {
    const text = told(line({ for: `${part}.something_new`, by: "worker" }));
    expect(text).not.toMatch(/access\.|\{/);
  }
});

test("the kinds of data of a line come most frequent first", () => {
  const line = days([read({ of: ["account", "interests"] }), read()])[0]?.lines[0];
  expect(line && classesOf(line)).toEqual(["interests", "account"]);
});
