import { describe, expect, it } from "vitest";
import { captionLength, captionParts, captionTags, hrefOf } from "./caption";

describe("a caption", () => {
  it("is the same text when its parts are joined again", () => {
    const captions = [
      "",
      "plain",
      "#a#b @c.",
      "Kochen 🍜 #Köln mit @ana_b, und #1!",
      "a#b x@y.de ##x @@y",
      "#",
      "@",
      "＃東京 へ",
    ];
    for (const caption of captions) {
      expect(
        captionParts(caption)
          .map((part) => part.text)
          .join(""),
      ).toBe(caption);
    }
  });

  it("finds tags and mentions in every script", () => {
    expect(captionTags("#Köln #東京 #हिन्दी #köln")).toEqual(["köln", "東京", "हिन्दी"]);
    expect(captionParts("hi @Ana_b.")).toEqual([
      { kind: "text", text: "hi " },
      { kind: "mention", text: "@Ana_b", name: "ana_b" },
      { kind: "text", text: "." },
    ]);
  });

  it("leaves numbers, addresses and joined words alone", () => {
    expect(captionParts("#1 me@example.org a#b")).toEqual([{ kind: "text", text: "#1 me@example.org a#b" }]);
  });

  it("leads to tags, and to those people only whom the server knows", () => {
    const links = (known?: string[]) =>
      captionParts("Dawn with @Mira and @nobody. #Käse, ok").map((part) => hrefOf(part, known));
    expect(links(["mira"])).toEqual([null, "/@mira", null, null, null, "/t/k%C3%A4se", null]);
    expect(links()).toEqual([null, "/@mira", null, "/@nobody", null, "/t/k%C3%A4se", null]);
  });

  it("counts one emoji as one character", () => {
    expect(captionLength("a🍜")).toBe(2);
  });
});
