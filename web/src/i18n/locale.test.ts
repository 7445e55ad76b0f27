import { describe, expect, it, vi } from "vitest";
import { ago, localeOf, setLanguage } from "./t.svelte";

vi.stubGlobal("localStorage", { setItem: () => undefined });

describe("dates and numbers", () => {
  it("follow the browser's form of the language in use", () => {
    expect(localeOf("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
    expect(localeOf("de", ["en-GB", "de-CH", "de"])).toBe("de-CH");
    expect(localeOf("de", ["en-GB"])).toBe("de");
    expect(localeOf("en", ["en-US@posix", "eng-x"])).toBe("en");
  });

  it("are short, and words still", () => {
    const nine = 9 * 60_000;
    setLanguage("de");
    expect(ago(0, nine)).toBe("vor 9 Min.");
    setLanguage("en");
    expect(ago(0, nine)).toBe("9m ago");
  });
});
