import { expect, test } from "vitest";
import { ApiError } from "../api/client";
import { passingStore } from "./store";
import { Wishes, type Wished, type World } from "./wishes";

const away = () => new ApiError(503, "unavailable", "Not now.");

function place(store = passingStore<Wished>()) {
  const state = { up: true, refusal: null as ApiError | null, person: "1" as string | null };
  const asked: string[] = [];
  const told: unknown[] = [];
  const kept: unknown[] = [];
  const world: World = {
    ask: async ({ method, path, body }, again) => {
      if (!state.up) throw away();
      if (state.refusal) throw state.refusal;
      asked.push(body ? `${method} ${path} ${body.text}${again ? " again" : ""}` : `${method} ${path}`);
      return { likes: asked.length };
    },
    person: () => state.person,
    tell: (error) => told.push(error),
    keep: ({ path }, { text }) => kept.push(`${path} ${text}`),
  };
  return { state, asked, told, kept, store, wishes: new Wishes(store, world) };
}

test("a wish made while the server is away is kept, shown as made, and sent once it answers", async () => {
  const { state, asked, wishes } = place();
  state.up = false;
  const liked = wishes.wish<{ likes: number }>("like 7", "PUT", "/like/7");
  await wishes.flush();
  expect(wishes.pending("like 7")?.method).toBe("PUT");
  state.up = true;
  await wishes.flush();
  expect(await liked).toEqual({ likes: 1 });
  expect(asked).toEqual(["PUT /like/7"]);
  expect(wishes.pending("like 7")).toBeUndefined();
});

test("a wish survives a reload, and is nobody else's", async () => {
  const before = place();
  before.state.up = false;
  void before.wishes.wish("like 7", "PUT", "/like/7");
  await before.wishes.flush();

  const other = place(passingStore((await before.store.all()) as Wished[]));
  other.state.person = "2";
  await other.wishes.restore();
  await other.wishes.flush();
  expect(other.asked).toEqual([]);
  expect(await other.store.all()).toEqual([]);

  const after = place(before.store);
  after.state.person = null;
  await after.wishes.restore();
  await after.wishes.flush();
  expect(after.asked, "nobody is known to be here yet").toEqual([]);
  after.state.person = "1";
  expect(after.wishes.pending("like 7")).toBeDefined();
  await after.wishes.flush();
  expect(after.asked).toEqual(["PUT /like/7"]);
  expect(await after.store.all()).toEqual([]);
});

test("of two wishes about the same the newer is sent", async () => {
  const { state, asked, wishes } = place();
  state.up = false;
  void wishes.wish("like 7", "PUT", "/like/7");
  await wishes.flush();
  state.up = true;
  const undone = wishes.wish("like 7", "DELETE", "/like/7");
  await wishes.flush();
  await undone;
  expect(asked).toEqual(["DELETE /like/7"]);
});

test("what is refused is told: to the page that asked, or in words after a reload", async () => {
  const gone = new ApiError(404, "not_found", "Gone.");
  const here = place();
  here.state.refusal = gone;
  await expect(here.wishes.wish("like 7", "PUT", "/like/7")).rejects.toBe(gone);
  expect(here.told).toEqual([]);

  const before = place();
  before.state.up = false;
  void before.wishes.wish("like 7", "PUT", "/like/7");
  await before.wishes.flush();
  const after = place(before.store);
  after.state.refusal = gone;
  await after.wishes.restore();
  await after.wishes.flush();
  expect(after.told).toEqual([gone]);
  expect(await after.store.all()).toEqual([]);
});

test("what was written and is refused is kept, whoever waits for the answer", async () => {
  const before = place();
  before.state.up = false;
  for (const key of ["a", "b"])
    void before.wishes.wish(`comment 7 ${key}`, "POST", "/comments", { text: key }).catch(() => undefined);
  await before.wishes.flush();
  const after = place(before.store);
  after.state.refusal = new ApiError(403, "comments_closed", "Closed.");
  await after.wishes.restore();
  const answer = after.wishes.answer(after.wishes.pending("comment 7 a") as Wished);
  const refused = expect(answer).rejects.toBe(after.state.refusal);
  await after.wishes.flush();
  await refused;
  expect(after.kept).toEqual(["/comments a", "/comments b"]);
  expect(after.told).toEqual([]);
});

test("what was written is kept with its words, sent in order, and said to come again where its answer may be lost", async () => {
  const before = place();
  const wish = (key: string, text: string) =>
    before.wishes.wish(`comment 7 ${key}`, "POST", "/comments", { text }).catch(() => undefined);
  void wish("z", "at once");
  await before.wishes.flush();
  expect(before.asked).toEqual(["POST /comments at once"]);

  before.state.up = false;
  void wish("b", "first");
  await before.wishes.flush();
  await new Promise((resolve) => setTimeout(resolve, 2));
  void wish("a", "second");
  void wish("c", "not this one");
  await before.wishes.flush();
  before.wishes.giveUp("comment 7 c");
  expect(before.wishes.pendingAll((about) => about.startsWith("comment 7 ")).map((one) => one.body)).toEqual([
    { text: "first" },
    { text: "second" },
  ]);

  const after = place(before.store);
  await after.wishes.restore();
  const waiting = after.wishes.pending("comment 7 b");
  const answer = after.wishes.answer(waiting as Wished);
  await after.wishes.flush();
  expect(after.asked).toEqual(["POST /comments first again", "POST /comments second again"]);
  expect(await answer).toEqual({ likes: 1 });
});
