import { expect, it } from "vitest";
import { reading } from "./taste";

it("says each taste once, the heaviest first, and keeps counts apart", () => {
  const { tastes, counts } = reading([
    { kind: "taste", name: "sound", text: "one sound", weight: 1 },
    { kind: "taste", name: "tag", text: "#math", weight: 2 },
    { kind: "taste", name: "sound", text: "one sound", weight: 3 },
    { kind: "taste", name: "tag", text: "less of this", weight: -9 },
    { kind: "count", name: "events", text: "5 things", weight: 5 },
    { kind: "list", name: "enjoyed", text: "a video", weight: 1 },
    { kind: "list", name: "enjoyed", text: "a video", weight: 1 },
    { kind: "count", name: "skipped", text: "skipped 0", weight: 0 },
  ]);
  expect(tastes.map((fact) => [fact.text, fact.weight])).toEqual([
    ["less of this", -9],
    ["one sound", 4],
    ["#math", 2],
  ]);
  expect(counts).toEqual(["5 things", "a video"]);
});
