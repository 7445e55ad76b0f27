import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import type { WatchEvent } from "../api/types";
import { EventQueue, type Answer, type Store } from "./queue";
import { lastingStore, passingStore } from "./store";

let made = 0;
const event = (): WatchEvent => {
  made += 1;
  return { id: `e${made}`, kind: "shown", item_id: "1", at_ms: made, session: "s" };
};
const all = (events: WatchEvent[]): Answer => ({ accepted: events.map((one) => one.id) });

test("what is acknowledged leaves the queue and the shelf", async () => {
  const store = passingStore();
  const queue = new EventQueue(store, async (events) => all(events));
  queue.add(event());
  queue.add(event());
  await queue.flush();
  expect(queue.waiting).toBe(0);
  expect(await store.all()).toEqual([]);
});

test("an event survives a reload until the server has it", async () => {
  const store = lastingStore();
  const before = new EventQueue(store, () => Promise.reject(new Error("offline")));
  const one = event();
  before.add(one);
  await before.flush();
  expect(before.waiting).toBe(1);
  expect(before.pause_ms).toBeGreaterThan(0);

  const got: WatchEvent[] = [];
  const after = new EventQueue(lastingStore(), async (events) => {
    got.push(...events);
    return all(events);
  });
  await after.restore();
  await after.flush();
  expect(got).toEqual([one]);
  await expect.poll(async () => await store.all()).toEqual([]);
});

test("only what the server names is removed", async () => {
  let turn = 0;
  const queue = new EventQueue(passingStore(), async (events) => {
    turn += 1;
    return turn === 1 ? { accepted: [(events[0] as WatchEvent).id] } : { accepted: [] };
  });
  queue.add(event());
  queue.add(event());
  await queue.flush();
  expect(queue.waiting).toBe(1);
});

test("one malformed event does not hold up the others", async () => {
  const bad = event();
  const taken: string[] = [];
  const queue = new EventQueue(passingStore(), async (events) => {
    if (events.some((one) => one.id === bad.id)) return { refused: true };
    taken.push(...events.map((one) => one.id));
    return all(events);
  });
  const good = Array.from({ length: 9 }, event);
  for (const one of [...good.slice(0, 4), bad, ...good.slice(4)]) queue.add(one);
  await queue.flush();
  expect(queue.waiting).toBe(0);
  expect(taken.sort()).toEqual(good.map((one) => one.id).sort());
});

test("flushing twice at once sends once", async () => {
  let sent = 0;
  const queue = new EventQueue(passingStore(), async (events) => {
    sent += events.length;
    return all(events);
  });
  queue.add(event());
  await Promise.all([queue.flush(), queue.flush()]);
  expect(sent).toBe(1);
});

test("the queue never grows without end", () => {
  const store: Store = { all: async () => [], add: async () => undefined, remove: async () => undefined };
  const queue = new EventQueue(store, async () => ({ accepted: [] }));
  for (let index = 0; index < 5200; index += 1) queue.add(event());
  expect(queue.waiting).toBe(5000);
});
