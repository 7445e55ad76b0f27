import { beforeEach, expect, test, vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
const { learning } = await import("../events/learning.svelte");
const { forgetLooked, lookFor, lookedFor } = await import("./looked");

beforeEach(() => {
  learning.on = true;
  forgetLooked();
});

test("the last three tags are told, the newest first, each once", () => {
  for (const tag of ["cats", "clay", "Surf", "knots", "clay"]) lookFor(tag);
  expect(lookedFor()).toBe("clay,knots,surf");
  forgetLooked();
  expect(lookedFor()).toBe("");
});

test("what is too long or has a comma is no tag, and cannot spoil a request", () => {
  for (const tag of ["x".repeat(61), "a,b", "cafe\u0301"]) lookFor(tag);
  expect(lookedFor()).toBe("caf\u00e9");
});

test("where the feed may not learn, nothing of it is told", () => {
  lookFor("cats");
  learning.on = false;
  expect(lookedFor()).toBe("");
});
