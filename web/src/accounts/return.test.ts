import { expect, it } from "vitest";
import { safeReturn } from "./return";

it("goes back to our own addresses only", () => {
  expect(safeReturn("/studio?x=1")).toBe("/studio?x=1");
  for (const wanted of [
    null,
    "",
    "https://example.org",
    "//example.org",
    "/\\example.org",
    "/a\nb",
    "javascript:1",
  ]) {
    expect(safeReturn(wanted)).toBe("/");
  }
});
