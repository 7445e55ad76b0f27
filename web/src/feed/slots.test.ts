import { expect, test } from "vitest";
import { entryIn, SLOTS, slotOf } from "./slots";

test("the four places hold one entry behind, the one in view and two ahead", () => {
  for (let current = 0; current < 40; current += 1) {
    const held = Array.from({ length: SLOTS }, (_, slot) => entryIn(slot, current)).sort((a, b) => a - b);
    expect(held).toEqual([current - 1, current, current + 1, current + 2]);
  }
});

test("an entry keeps its place while it stays in reach", () => {
  for (let current = 0; current < 40; current += 1)
    for (let slot = 0; slot < SLOTS; slot += 1) expect(slotOf(entryIn(slot, current))).toBe(slot);
});
