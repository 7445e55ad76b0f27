// Owns the comments under one video as plain values: threads one level deep, newest first, replies oldest first.
// A comment that is on its way to the server has an id that begins with "~" and can be taken back.

import type { Comment, Person } from "../api/types";

/** `waiting`: it could not be sent yet, and is sent when there is a connection. */
export type Line = Comment & { sending: boolean; waiting?: true };

export type Thread = {
  head: Line;
  replies: Line[];
  open: boolean;
  /** Where the next replies begin: "" before the first page, null after the last. */
  next: string | null;
};

export type Threads = { list: Thread[]; next: string | null; count: number };

/** No comments yet; the number is the video's own count, so that the heading is right before they come. */
export function noThreads(count: number): Threads {
  return { list: [], next: "", count };
}

/** The threads with one more page at the end; what is already there (our own new comments) is not shown twice. */
export function withPage(threads: Threads, comments: Comment[], next: string | null): Threads {
  const known = new Set(threads.list.map((thread) => thread.head.id));
  const fresh = comments.filter((comment) => !known.has(comment.id)).map(threadOf);
  return { ...threads, list: [...threads.list, ...fresh], next };
}

function threadOf(comment: Comment): Thread {
  return {
    head: { ...comment, sending: false },
    replies: [],
    open: false,
    next: comment.replies > 0 ? "" : null,
  };
}

/** The threads with one more page of replies under one comment, which is opened. */
export function withReplies(
  threads: Threads,
  headId: string,
  replies: Comment[],
  next: string | null,
): Threads {
  return onThread(threads, headId, (thread) => {
    const known = new Set(thread.replies.map((reply) => reply.id));
    const fresh = replies
      .filter((reply) => !known.has(reply.id))
      .map((reply) => ({ ...reply, sending: false }));
    const all = [...thread.replies, ...fresh].sort((a, b) => a.created_at_ms - b.created_at_ms);
    return { ...thread, replies: all, open: true, next };
  });
}

/** The threads with one comment in them, whatever page it is on: a head, or a reply under its head, which is opened. */
export function withFound(threads: Threads, head: Comment, reply: Comment | null): Threads {
  const known = threads.list.find((thread) => thread.head.id === head.id);
  const there = known ? threads : { ...threads, list: [threadOf(head), ...threads.list] };
  const next = known ? known.next : "";
  return reply === null ? there : withReplies(there, head.id, [reply], next);
}

/** The threads with the replies of one comment hidden; what was loaded stays. */
export function withClosed(threads: Threads, headId: string): Threads {
  return onThread(threads, headId, (thread) => ({ ...thread, open: false }));
}

export type Unsent = {
  key: string;
  itemId: string;
  author: Person;
  text: string;
  parentId: string | null;
  nowMs: number;
};

/** The threads with our own comment in its place before the server has answered. */
export function withUnsent(threads: Threads, unsent: Unsent): Threads {
  const line: Line = {
    id: `~${unsent.key}`,
    item_id: unsent.itemId,
    author: unsent.author,
    text: unsent.text,
    created_at_ms: unsent.nowMs,
    likes: 0,
    parent_id: unsent.parentId,
    replies: 0,
    you: { liked: false, own: true, may_delete: true },
    edited: false,
    sample: false,
    sending: true,
  };
  const counted = { ...threads, count: threads.count + 1 };
  if (unsent.parentId === null) {
    return { ...counted, list: [{ head: line, replies: [], open: false, next: null }, ...threads.list] };
  }
  return onThread(counted, unsent.parentId, (thread) => ({
    ...thread,
    open: true,
    replies: [...thread.replies, line],
    head: { ...thread.head, replies: thread.head.replies + 1 },
  }));
}

/** The threads with one comment of ours marked as waiting for a connection. */
export function withWaiting(threads: Threads, key: string): Threads {
  return onLine(threads, `~${key}`, (line) => ({ ...line, waiting: true }));
}

/** The threads after the server took the comment: it gets its id, its time and its cleaned text. One that had come
 *  before, its answer lost, stands there already. */
export function withSent(threads: Threads, key: string, comment: Comment): Threads {
  if (lineOf(threads, comment.id)) return without(threads, `~${key}`);
  return onLine(threads, `~${key}`, () => ({ ...comment, sending: false }));
}

/** The threads without one comment (and its replies), with the counts that follow from that. */
export function without(threads: Threads, id: string): Threads {
  const head = threads.list.find((thread) => thread.head.id === id);
  if (head !== undefined) {
    const gone = 1 + head.head.replies;
    return {
      ...threads,
      list: threads.list.filter((thread) => thread !== head),
      count: Math.max(0, threads.count - gone),
    };
  }
  const owner = threads.list.find((thread) => thread.replies.some((reply) => reply.id === id));
  if (owner === undefined) return threads;
  const counted = { ...threads, count: Math.max(0, threads.count - 1) };
  return onThread(counted, owner.head.id, (thread) => ({
    ...thread,
    replies: thread.replies.filter((reply) => reply.id !== id),
    head: { ...thread.head, replies: Math.max(0, thread.head.replies - 1) },
  }));
}

/** The threads with one comment liked or not; asking for what is already so changes nothing. */
export function withLike(threads: Threads, id: string, liked: boolean): Threads {
  return onLine(threads, id, (line) => {
    if (line.you.liked === liked) return line;
    const likes = Math.max(0, line.likes + (liked ? 1 : -1));
    return { ...line, likes, you: { ...line.you, liked } };
  });
}

/** The threads with the text of one comment changed. */
export function withText(threads: Threads, id: string, text: string): Threads {
  return onLine(threads, id, (line) => ({ ...line, text }));
}

/** The comment with this id, at either level, or null. */
export function lineOf(threads: Threads, id: string): Line | null {
  for (const thread of threads.list) {
    if (thread.head.id === id) return thread.head;
    const reply = thread.replies.find((one) => one.id === id);
    if (reply !== undefined) return reply;
  }
  return null;
}

/** The id of the thread to answer in: a reply to a reply joins its thread, since threads are one level deep. */
export function threadIdOf(threads: Threads, id: string): string | null {
  return lineOf(threads, id)?.parent_id ?? (lineOf(threads, id) === null ? null : id);
}

function onThread(threads: Threads, headId: string, change: (thread: Thread) => Thread): Threads {
  return {
    ...threads,
    list: threads.list.map((thread) => (thread.head.id === headId ? change(thread) : thread)),
  };
}

function onLine(threads: Threads, id: string, change: (line: Line) => Line): Threads {
  const list = threads.list.map((thread) => {
    if (thread.head.id === id) return { ...thread, head: change(thread.head) };
    if (!thread.replies.some((reply) => reply.id === id)) return thread;
    return { ...thread, replies: thread.replies.map((reply) => (reply.id === id ? change(reply) : reply)) };
  });
  return { ...threads, list };
}
