import { afterEach, expect, test, vi } from "vitest";

const withBrowser = async (asks: boolean, kept: string | null) => {
  vi.resetModules();
  vi.stubGlobal("navigator", { globalPrivacyControl: asks });
  const words = new Map(kept === null ? [] : [["plainview.learning", kept]]);
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => words.get(key) ?? null,
    setItem: (key: string, value: string) => words.set(key, value),
  });
  return (await import("./learning.svelte")).learning;
};

afterEach(() => vi.unstubAllGlobals());

test("a browser that asks for privacy turns learning off, and the person's own word counts more", async () => {
  expect((await withBrowser(false, null)).on).toBe(true);
  expect((await withBrowser(true, null)).on).toBe(false);
  expect((await withBrowser(true, "yes")).on).toBe(true);
  expect((await withBrowser(false, "no")).on).toBe(false);
  const learning = await withBrowser(true, null);
  learning.on = true;
  expect(learning.on).toBe(true);
  expect(learning.asked_not_to).toBe(true);
});

test("each request says what holds, so that the server obeys it too", async () => {
  expect((await withBrowser(false, null)).headers).toEqual({});
  expect((await withBrowser(false, "yes")).headers).toEqual({});
  expect((await withBrowser(false, "no")).headers).toEqual({ "x-plainview-learning": "no" });
  expect((await withBrowser(true, null)).headers).toEqual({ "x-plainview-learning": "no" });
  expect((await withBrowser(true, "yes")).headers).toEqual({ "x-plainview-learning": "yes" });
});
