import { describe, expect, it } from "vitest";
import type { Notice, Person } from "../api/types";
import { byDay, dayOf, grouped, withNotice } from "./grouping";

const person = (id: string): Person => ({
  id,
  handle: `p${id}`,
  name: `P ${id}`,
  picture: null,
  is_private: false,
  sample: false,
});
const NOON = new Date(2026, 10, 21, 12).getTime();
const HOUR = 3_600_000;

function notice(id: string, more: Partial<Notice> = {}): Notice {
  return {
    id,
    kind: "like",
    actor: person(id),
    item_id: "9",
    poster: null,
    comment_id: null,
    comment: null,
    count: 1,
    created_at_ms: NOON - Number(id),
    read: false,
    ...more,
  };
}

describe("notices", () => {
  it("join likes of the same video and lose none", () => {
    const groups = grouped([
      notice("1"),
      notice("2"),
      notice("3", { item_id: "8" }),
      notice("4", { count: 5 }),
    ]);
    expect(groups.map((group) => [group.itemId, group.count])).toEqual([
      ["9", 7],
      ["8", 1],
    ]);
    expect(groups[0]?.actors.map((actor) => actor.id)).toEqual(["1", "2", "4"]);
  });

  it("leave people’s own words alone", () => {
    expect(grouped([notice("1", { kind: "comment" }), notice("2", { kind: "comment" })])).toHaveLength(2);
  });

  it("name each person once", () => {
    expect(grouped([notice("1"), notice("2", { actor: person("1") })])[0]?.actors).toHaveLength(1);
  });

  it("keep what was read apart from what is new, and days apart", () => {
    expect(grouped([notice("1"), notice("2", { read: true })])).toHaveLength(2);
    expect(grouped([notice("1"), notice("2", { created_at_ms: NOON - 25 * HOUR })])).toHaveLength(2);
  });

  it("stand under the day they came", () => {
    expect(dayOf(NOON - 11 * HOUR, NOON)).toBe("today");
    expect(dayOf(NOON - 13 * HOUR, NOON)).toBe("yesterday");
    expect(dayOf(NOON - 3 * 24 * HOUR, NOON)).toBe("week");
    expect(dayOf(NOON - 30 * 24 * HOUR, NOON)).toBe("earlier");
    const days = byDay(grouped([notice("1"), notice("2", { created_at_ms: NOON - 30 * 24 * HOUR })]), NOON);
    expect(days.map((entry) => entry.day)).toEqual(["today", "earlier"]);
  });

  it("take a live one in without doubling it", () => {
    expect(withNotice([notice("1"), notice("2")], notice("2", { count: 3 })).map((one) => one.id)).toEqual([
      "2",
      "1",
    ]);
  });
});
