import { beforeEach, expect, test, vi } from "vitest";
import type { Card, FeedPage } from "../api/types";

vi.stubGlobal("location", { search: "", protocol: "http:", host: "x" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ accepted: [] })));
const { Feed } = await import("./feed.svelte");

let pages = 0;
let asked: string[][] = [];
const card = (id: string): Card => ({ id, creator: { handle: `by${id.length}` } }) as unknown as Card;
const page = (from: number, count: number): FeedPage => ({
  page_id: `p${pages}`,
  model: "m",
  mode: "for_you",
  entries: Array.from({ length: count }, (_, at) => ({
    card: card(`${pages}-${from + at}`),
    position: at,
    sources: [],
    reasons: [],
  })),
});
const fetch = async (_: unknown, size: number, exclude: string[]) => {
  pages += 1;
  asked.push(exclude);
  return page(0, size);
};

beforeEach(() => {
  pages = 0;
  asked = [];
});

test("the next page is asked for when two entries are left", async () => {
  const feed = new Feed("for_you", fetch);
  await feed.more();
  feed.moveTo(4);
  expect(pages).toBe(1);
  feed.moveTo(5);
  await expect.poll(() => feed.entries.length).toBe(16);
  expect(asked[1]).toHaveLength(8);
});

test("what was learned changes everything behind the two that are buffered", async () => {
  const feed = new Feed("for_you", fetch);
  await feed.more();
  feed.learned();
  feed.moveTo(1);
  await expect.poll(() => pages).toBe(2);
  await expect.poll(() => feed.entries.length).toBe(12);
  expect(feed.entries.slice(0, 4).every((entry) => entry.page_id === "p1")).toBe(true);
  expect(feed.entries.slice(4).every((entry) => entry.page_id === "p2")).toBe(true);
});

test("an empty first page is an empty feed, an empty later page is its end", async () => {
  let turn = 0;
  const feed = new Feed("following", async () => {
    turn += 1;
    pages += 1;
    return turn === 1 ? page(0, 1) : page(0, 0);
  });
  await feed.more();
  expect(feed.empty).toBe(false);
  await feed.more();
  expect(feed.ended).toBe(true);
  feed.moveTo(9);
  expect(feed.index).toBe(1);
});

test("a failure is said, and trying again goes on", async () => {
  let fails = true;
  const feed = new Feed("for_you", async () => {
    if (fails) throw new Error("No connection.");
    return page(0, 3);
  });
  await feed.more();
  expect(feed.error).toBe("No connection.");
  fails = false;
  await feed.again();
  expect(feed.error).toBeNull();
  expect(feed.entries).toHaveLength(3);
});

test("what was steered changes everything behind the video in view, an answer under way included", async () => {
  const feed = new Feed("for_you", fetch);
  await feed.more();
  feed.moveTo(6);
  feed.steered();
  expect(feed.entries).toHaveLength(7);
  await new Promise((done) => setTimeout(done, 0));
  expect(feed.entries).toHaveLength(7);
  feed.moveTo(6);
  await expect.poll(() => feed.entries.length).toBe(15);
  expect(feed.entries.slice(7).every((entry) => entry.page_id === "p3")).toBe(true);
});
