import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toast, toasts } from "./toasts.svelte";

const texts = () => toasts().map((one) => one.text);

describe("notes", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.runAllTimers();
    vi.useRealTimers();
  });

  it("of one subject never contradict each other", () => {
    toast("Profiling is on.", { about: "profiling" });
    toast("Saved.");
    toast("Profiling is off.", { about: "profiling" });
    expect(texts()).toEqual(["Saved.", "Profiling is off."]);
  });

  it("without a subject stand beside each other", () => {
    toast("One");
    toast("Two");
    toast("One");
    expect(texts()).toEqual(["Two", "One"]);
  });
});
