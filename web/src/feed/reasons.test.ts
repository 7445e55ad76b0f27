import { describe, expect, it } from "vitest";
import { reasonWords } from "./reasons";

describe("a reason", () => {
  it("is said by its code, with its tag or word", () => {
    expect(reasonWords({ code: "fresh", text: "anything" })).toBe("Posted lately");
    expect(reasonWords({ code: "tag", text: "x", tag: "loop" })).toBe("You have enjoyed videos tagged #loop");
    expect(reasonWords({ code: "word", text: "You have enjoyed videos about “silk”" })).toBe(
      "You have enjoyed videos about “silk”",
    );
  });

  it("is said in the server's words where nothing better is known", () => {
    expect(reasonWords({ code: "other", text: "Chosen by hand" })).toBe("Chosen by hand");
    expect(reasonWords({ code: "tag", text: "By a tag" })).toBe("By a tag");
    expect(reasonWords({ code: "word", text: "By a word" })).toBe("By a word");
  });
});
