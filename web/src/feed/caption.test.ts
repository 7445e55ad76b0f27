import { expect, test } from "vitest";
import { pieces } from "./caption";

test("hashtags and known people become links, the rest stays text", () => {
  expect(pieces("Dawn with @mira and @nobody. #Käse, ok", ["mira"])).toEqual([
    { text: "Dawn with " },
    { text: "@mira", href: "/@mira" },
    { text: " and @nobody. " },
    { text: "#Käse", href: "/t/k%C3%A4se" },
    { text: ", ok" },
  ]);
});

test("nothing of a caption is lost", () => {
  for (const caption of ["", "#a#b #c.", "a@b.c @x.y.", "(#tag) <b>#x</b>"])
    expect(
      pieces(caption, ["x.y"])
        .map((piece) => piece.text)
        .join(""),
    ).toBe(caption);
});

test("an address is not a mention", () => {
  expect(pieces("write to me@mira", ["mira"])).toEqual([{ text: "write to me@mira" }]);
});
