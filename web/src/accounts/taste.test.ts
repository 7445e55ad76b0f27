import { expect, it } from "vitest";
import { moved, reading } from "./taste";

it("says each taste once, the heaviest first, and keeps counts apart", () => {
  const { tastes, counts } = reading([
    { kind: "taste", name: "sound", subject: "7", text: "one sound", weight: 1 },
    { kind: "taste", name: "tag", subject: "", text: "#math", weight: 2 },
    { kind: "taste", name: "sound", subject: "8", text: "one sound", weight: 3 },
    { kind: "taste", name: "tag", subject: "", text: "less of this", weight: -9 },
    { kind: "count", name: "shown", subject: "", text: "shown 1 video", weight: 1 },
    { kind: "count", name: "seen", subject: "", text: "2.4 videos", weight: 2.4 },
    { kind: "count", name: "new here", subject: "", text: "5 things", weight: 5 },
    { kind: "list", name: "enjoyed", subject: "", text: "x", weight: 1 },
    { kind: "list", name: "enjoyed", subject: "", text: "x", weight: 1 },
    { kind: "list", name: "hidden", subject: "", text: "You hid @olga", weight: 1 },
    { kind: "count", name: "skipped", subject: "", text: "skipped 0", weight: 0 },
  ]);
  expect(tastes.map((fact) => [fact.text, fact.weight])).toEqual([
    ["less of this", -9],
    ["one sound", 4],
    ["#math", 2],
  ]);
  expect(counts).toEqual([
    "You were shown 1 video",
    "2 videos are remembered so that they do not come again",
    "5 things",
    "You enjoyed a video lately",
    "You hid @olga",
  ]);
});

it("says habits by the clock of this place", () => {
  const clock = (hour: number) =>
    new Date(Date.UTC(2026, new Date().getUTCMonth(), new Date().getUTCDate(), hour));
  const at = (hour: number) => clock(hour).toLocaleTimeString("en", { hour: "numeric", minute: "2-digit" });
  const { counts } = reading([
    { kind: "count", name: "watched_at", subject: "18-24 h", text: "x", weight: 61.4 },
    { kind: "count", name: "time_of_day", subject: "6-12 h, over 300 s", text: "x", weight: -0.3 },
    { kind: "count", name: "repeats", subject: "", text: "x", weight: 0.62 },
    { kind: "count", name: "repeats", subject: "", text: "x", weight: 1.04 },
  ]);
  expect(counts).toEqual([
    `61 of the watches remembered were between ${at(18)} and ${at(24)}`,
    `Between ${at(6)} and ${at(12)} you enjoy videos of over 300 s less than at other times`,
    "You tire of one kind of video 0.6 times as soon as others",
    "You tire of one kind of video as soon as others do",
  ]);
});

it("forgets together what is told in the same words, and gives it back where it stood", () => {
  const { tastes, forgotten } = reading([
    { kind: "taste", name: "sound", subject: "7", text: "one sound", weight: 1 },
    { kind: "taste", name: "tag", subject: "math", text: "#math", weight: 2 },
    { kind: "taste", name: "sound", subject: "8", text: "one sound", weight: 3 },
    { kind: "forgotten", name: "tag", subject: "cats", text: "#cats", weight: 3 },
  ]);
  const sound = tastes.find((each) => each.name === "sound") ?? expect.unreachable();
  expect(sound.traits.map((trait) => trait.subject)).toEqual(["7", "8"]);
  const [left, gone] = moved(sound, tastes, forgotten);
  expect(left.map((each) => each.text)).toEqual(["#math"]);
  expect(gone.map((each) => each.text)).toEqual(["one sound", "#cats"]);
  const [still, back] = moved(sound, gone, left);
  expect(still.map((each) => each.text)).toEqual(["#cats"]);
  expect(back.map((each) => each.text)).toEqual(["one sound", "#math"]);
});
