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

test("where the feed may not learn, nothing of it is told", () => {
  lookFor("cats");
  learning.on = false;
  expect(lookedFor()).toBe("");
});
