import { expect, it } from "vitest";
import { readable } from "./taste";

it("says each fact once, the heaviest first, and loses no weight", () => {
  const facts = readable([
    { name: "sound", text: "one sound", weight: 1 },
    { name: "tag", text: "#math", weight: 2 },
    { name: "sound", text: "one sound", weight: 3 },
    { name: "tag", text: "less of this", weight: -9 },
  ]);
  expect(facts.map((fact) => [fact.text, fact.weight])).toEqual([
    ["less of this", -9],
    ["one sound", 4],
    ["#math", 2],
  ]);
});
