import { describe, expect, it } from "vitest";
import { nobodyWords } from "./nobody";

describe("an empty Following feed", () => {
  it("says that nobody is followed only when that is so", () => {
    expect(nobodyWords(true, 0).title).toBe("feed.following_empty.title");
    expect(nobodyWords(true, 3).title).toBe("feed.following_none.title");
    expect(nobodyWords(true, null).title).toBe("feed.following_none.title");
    expect(nobodyWords(false, null).text).toBe("feed.following_guest.text");
  });
});
