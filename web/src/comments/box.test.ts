import { expect, test, vi } from "vitest";
import type { Comment, Me } from "../api/types";

const server = { up: true, closed: false, said: [] as unknown[] };
const taken = (text: string): Comment =>
  ({
    id: String(server.said.length),
    text,
    parent_id: null,
    replies: 0,
    created_at_ms: 1,
    you: {},
  }) as Comment;

vi.stubGlobal("navigator", { onLine: true });
vi.stubGlobal("location", { search: "", protocol: "http:", host: "x" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("fetch", async (_: string, init?: RequestInit) => {
  if (!server.up) throw new TypeError("no network");
  if (init?.method !== "POST") return new Response(JSON.stringify({ comments: [], next: null }));
  if (server.closed)
    return new Response(JSON.stringify({ code: "comments_off", detail: "Closed." }), { status: 403 });
  server.said.push(JSON.parse(String(init.body)));
  return new Response(JSON.stringify(taken("Lovely")), { status: 201 });
});
const { session } = await import("../accounts/session.svelte");
const { wishes } = await import("../events/wishes");
const { CommentBox } = await import("./box.svelte");
session.set({ id: "1", handle: "ana", name: "Ana" } as Me);

test("what is written while the server is away stays, is shown as waiting, and is sent when it answers", async () => {
  const box = new CommentBox("9", 0);
  await box.more();
  server.up = false;
  void box.write("Lovely", null);
  await vi.waitFor(() => expect(box.all.list[0]?.head.waiting).toBe(true));
  expect(box.all.list[0]?.head).toMatchObject({ text: "Lovely", sending: true, waiting: true });

  const opened = new CommentBox("9", 0);
  server.up = true;
  await opened.more();
  expect(opened.all.list[0]?.head).toMatchObject({ text: "Lovely", waiting: true });
  await wishes.flush();
  await vi.waitFor(() => expect(opened.all.list[0]?.head).toMatchObject({ id: "1", sending: false }));
  expect(server.said).toEqual([{ text: "Lovely", again: true }]);
  expect(wishes.none).toBe(true);
});

test("one that waits can be taken back", async () => {
  const box = new CommentBox("10", 0);
  await box.more();
  server.up = false;
  void box.write("Hasty", null);
  await vi.waitFor(() => expect(box.all.list[0]?.head.waiting).toBe(true));
  const line = box.all.list[0]?.head;
  if (line) box.giveUp(line);
  expect(box.all).toMatchObject({ list: [], count: 0 });
  server.up = true;
  await wishes.flush();
  expect(server.said).toHaveLength(1);
});

test("what the server refuses once the panel is shut stands in that video's panel again, with the reason", async () => {
  const box = new CommentBox("11", 0);
  await box.more();
  server.up = false;
  void box.write("Too late", null);
  await vi.waitFor(() => expect(box.all.list[0]?.head.waiting).toBe(true));
  [server.up, server.closed] = [true, true];
  await wishes.flush();
  await vi.waitFor(() => expect(box.all.list).toEqual([]));

  const opened = new CommentBox("11", 0);
  const draft = opened.draft;
  expect(draft).toMatchObject({ text: "Too late", person: "1" });
  expect(draft?.why).not.toBe("");
  expect(new CommentBox("12", 0).draft).toBeUndefined();
  if (draft) opened.drop(draft);
  expect(opened.draft).toBeUndefined();
});
