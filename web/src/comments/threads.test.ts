import { describe, expect, it } from "vitest";
import type { Comment, Person } from "../api/types";
import {
  lineOf,
  noThreads,
  threadIdOf,
  withClosed,
  withLike,
  withPage,
  withFound,
  withReplies,
  withSent,
  withText,
  withUnsent,
  withWaiting,
  without,
} from "./threads";

const ana: Person = { id: "1", handle: "ana", name: "Ana", picture: null, is_private: false, sample: false };

function comment(id: string, more: Partial<Comment> = {}): Comment {
  return {
    id,
    item_id: "9",
    author: ana,
    text: `text ${id}`,
    created_at_ms: Number(id),
    likes: 0,
    parent_id: null,
    replies: 0,
    edited: false,
    you: { liked: false, own: false, may_delete: false },
    sample: false,
    ...more,
  };
}

const unsent = { key: "k", itemId: "9", author: ana, text: "hello", nowMs: 99 };

describe("comments under a video", () => {
  it("come in pages and never twice", () => {
    const first = withPage(noThreads(3), [comment("3"), comment("2")], "c");
    const second = withPage(first, [comment("2"), comment("1")], null);
    expect(second.list.map((thread) => thread.head.id)).toEqual(["3", "2", "1"]);
    expect(second.next).toBeNull();
    expect(second.count).toBe(3);
  });

  it("show our own at the top at once, then under the id the server gave", () => {
    const before = withPage(noThreads(1), [comment("2")], null);
    const sending = withUnsent(before, { ...unsent, parentId: null });
    expect(sending.list[0]?.head).toMatchObject({ id: "~k", text: "hello", sending: true });
    expect(sending.count).toBe(2);
    const sent = withSent(sending, "k", comment("5", { text: "hello" }));
    expect(sent.list.map((thread) => thread.head.id)).toEqual(["5", "2"]);
    expect(lineOf(sent, "5")?.sending).toBe(false);
  });

  it("take our own back when it could not be sent, counts included", () => {
    const before = withPage(noThreads(1), [comment("2")], null);
    expect(without(withUnsent(before, { ...unsent, parentId: null }), "~k")).toEqual(before);
    expect(without(withUnsent(before, { ...unsent, parentId: "2" }), "~k").count).toBe(1);
  });

  it("keep replies one level deep, oldest first", () => {
    const head = withPage(noThreads(3), [comment("2", { replies: 2 })], null);
    const open = withReplies(
      head,
      "2",
      [comment("8", { parent_id: "2" }), comment("6", { parent_id: "2" })],
      null,
    );
    expect(open.list[0]?.replies.map((reply) => reply.id)).toEqual(["6", "8"]);
    expect(open.list[0]?.open).toBe(true);
    expect(threadIdOf(open, "8")).toBe("2");
    expect(threadIdOf(open, "2")).toBe("2");
    expect(threadIdOf(open, "unknown")).toBeNull();
    expect(withClosed(open, "2").list[0]?.open).toBe(false);
  });

  it("put our reply into its thread and count it there", () => {
    const head = withPage(noThreads(1), [comment("2")], null);
    const replied = withUnsent(head, { ...unsent, parentId: "2" });
    expect(replied.list[0]?.head.replies).toBe(1);
    expect(replied.list[0]?.open).toBe(true);
    expect(replied.count).toBe(2);
  });

  it("go with their replies when they are deleted", () => {
    const head = withPage(noThreads(3), [comment("2", { replies: 1 }), comment("1")], null);
    const open = withReplies(head, "2", [comment("8", { parent_id: "2" })], null);
    expect(without(open, "2").count).toBe(1);
    expect(without(open, "8").list[0]?.head.replies).toBe(0);
    expect(without(open, "unknown")).toBe(open);
  });

  it("are liked once however often it is asked", () => {
    const page = withPage(noThreads(1), [comment("2")], null);
    const liked = withLike(withLike(page, "2", true), "2", true);
    expect(lineOf(liked, "2")).toMatchObject({ likes: 1, you: { liked: true } });
    expect(lineOf(withLike(liked, "2", false), "2")?.likes).toBe(0);
  });

  it("are found from outside, on a page that has not come yet too, and are never there twice", () => {
    const first = withPage(noThreads(9), [comment("8")], "c");
    const reply = comment("4", { parent_id: "3" });
    const found = withFound(first, comment("3", { replies: 2 }), reply);
    expect(found.list.map((thread) => thread.head.id)).toEqual(["3", "8"]);
    expect(found.list[0]).toMatchObject({ open: true, next: "", replies: [{ id: "4" }] });
    const more = withPage(found, [comment("3", { replies: 2 })], null);
    expect(more.list).toHaveLength(2);
    expect(withFound(more, comment("3", { replies: 2 }), reply).list[0]?.replies).toHaveLength(1);
  });

  it("can be edited at both levels", () => {
    const open = withReplies(
      withPage(noThreads(2), [comment("2", { replies: 1 })], null),
      "2",
      [comment("8", { parent_id: "2" })],
      null,
    );
    expect(lineOf(withText(open, "8", "new"), "8")?.text).toBe("new");
    expect(lineOf(withText(open, "2", "new"), "2")?.text).toBe("new");
  });

  it("wait where they could not be sent, and stand once where they had come after all", () => {
    const waiting = withWaiting(withUnsent(noThreads(0), { ...unsent, parentId: null }), "k");
    expect(lineOf(waiting, "~k")).toMatchObject({ text: "hello", sending: true, waiting: true });
    const known = withPage(waiting, [comment("5")], null);
    const sent = withSent(known, "k", comment("5"));
    expect(sent.list.map((thread) => thread.head.id)).toEqual(["5"]);
    expect(lineOf(withSent(waiting, "k", comment("6")), "6")?.waiting).toBeUndefined();
  });
});
