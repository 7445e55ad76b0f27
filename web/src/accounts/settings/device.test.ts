import { afterEach, describe, expect, it, vi } from "vitest";
import { setLanguage } from "../../i18n/t.svelte";
import { deviceWords } from "./device";

vi.stubGlobal("localStorage", { setItem: () => undefined });
afterEach(() => setLanguage("en"));

describe("a device", () => {
  it("is named in the language in use", () => {
    expect(deviceWords("Chrome on Linux")).toBe("Chrome on Linux");
    setLanguage("de");
    expect(deviceWords("Chrome on Linux")).toBe("Chrome auf Linux");
    expect(deviceWords("A program")).toBe("Ein Programm");
  });
});
