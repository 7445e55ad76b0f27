import { beforeEach, expect, it, vi } from "vitest";
import type { Topic } from "../api/types";

vi.stubGlobal("location", { search: "", protocol: "http:", host: "x" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined });
const { TopicShelf } = await import("./topics.svelte");
const { dismiss, toasts } = await import("../design/toasts.svelte");

let told: string[];
let away: boolean;
let steered: number;

const tell = async (word: string) => {
  await Promise.resolve();
  if (away) throw new Error("away");
  told.push(word);
};
const calls = {
  read: async () => ({ topics: ["cats", "sea"].map((tag): Topic => ({ tag, on: false })) }),
  choose: (tag: string) => tell(`+${tag}`),
  forget: (tag: string) => tell(`-${tag}`),
  steered: () => void (steered += 1),
};

beforeEach(() => {
  told = [];
  steered = 0;
  away = false;
  for (const one of [...toasts()]) dismiss(one.id);
});

async function atTheShelf() {
  const shelf = new TopicShelf(calls);
  await shelf.load();
  return shelf;
}

it("tells each choice at once, and takes it back", async () => {
  const shelf = await atTheShelf();
  const first = shelf.flip("cats", true);
  expect(shelf.chosen).toBe(1);
  const second = shelf.flip("cats", false);
  expect(shelf.chosen).toBe(0);
  await Promise.all([first, second]);
  expect(told).toEqual(["+cats", "-cats"]);
  expect(steered).toBe(2);
  expect(shelf.saved).toBe(true);
});

it("shows what holds when a choice could not be told", async () => {
  const shelf = await atTheShelf();
  away = true;
  await shelf.flip("sea", true);
  expect(shelf.chosen).toBe(0);
  expect(shelf.saved).toBe(false);
  expect(toasts()).toHaveLength(1);
  away = false;
  await shelf.flip("sea", true);
  expect(shelf.chosen).toBe(1);
});
