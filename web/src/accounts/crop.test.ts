import { describe, expect, it } from "vitest";
import { boundCrop, cropRect, draggedCrop, wholeCrop } from "./crop";

const wide = { width: 400, height: 200 };

describe("cutting a profile picture", () => {
  it("begins with the largest square from the middle", () => {
    expect(cropRect(wholeCrop(), wide)).toEqual({ left: 100, top: 0, side: 200 });
  });

  it("follows the finger and stops at the edge", () => {
    const right = draggedCrop(wholeCrop(), wide, { dx: -50, dy: 30 }, 100);
    expect(cropRect(right, wide)).toEqual({ left: 200, top: 0, side: 200 });
    expect(draggedCrop(right, wide, { dx: -500, dy: 0 }, 100)).toEqual(right);
  });

  it("never leaves an empty corner, whatever is asked", () => {
    for (const crop of [
      { zoom: 9, x: -1, y: 2 },
      { zoom: 0, x: 0.5, y: 0.5 },
      { zoom: 2, x: 1, y: 0 },
    ]) {
      const rect = cropRect(boundCrop(crop, wide), wide);
      expect(rect.left).toBeGreaterThanOrEqual(0);
      expect(rect.top).toBeGreaterThanOrEqual(0);
      expect(rect.left + rect.side).toBeLessThanOrEqual(wide.width);
      expect(rect.top + rect.side).toBeLessThanOrEqual(wide.height);
    }
  });
});
