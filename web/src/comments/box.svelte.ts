/** The comments of one video as the panel uses them: loading, writing, liking, deleting with a way back. Shown at once, mended on error. */

import { askAccount } from "../accounts/gate.svelte";
import { session } from "../accounts/session.svelte";
import { whenBack } from "../api/back";
import { call, get, patch, sentence } from "../api/client";
import type { Comment, CommentPage } from "../api/types";
import { toast } from "../design/toasts.svelte";
import { drafts, type Draft } from "../events/drafts.svelte";
import { freshId } from "../events/events";
import { wishes, type Said } from "../events/wishes";
import { t } from "../i18n/t.svelte";
import { later } from "../lists/later";
import * as threads from "./threads";

export class CommentBox {
  all = $state.raw<threads.Threads>(threads.noThreads(0));
  busy = $state(false);
  error = $state<string | null>(null);
  /** Heads whose replies are on their way. */
  opening = $state.raw<ReadonlySet<string>>(new Set());

  readonly itemId: string;

  constructor(itemId: string, count: number) {
    this.itemId = itemId;
    this.all = threads.noThreads(count);
  }

  /** Loads the next page of threads. */
  async more(): Promise<void> {
    if (this.busy || this.all.next === null) return;
    this.busy = true;
    this.error = null;
    try {
      const page = await get<CommentPage>(`/api/videos/${this.itemId}/comments`, { cursor: this.all.next });
      this.all = threads.withPage(this.all, page.comments, page.next);
    } catch (error) {
      this.error = sentence(error);
      whenBack(error, () => this.error !== null && void this.more());
    } finally {
      this.busy = false;
      this.#showWaiting();
    }
  }

  /** Loads one comment, with the one that it answers, so that it can be shown whatever page it is on. */
  async find(id: string): Promise<void> {
    if (threads.lineOf(this.all, id)) return;
    try {
      const found = await get<Comment>(`/api/comments/${id}`);
      const head = found.parent_id === null ? found : await get<Comment>(`/api/comments/${found.parent_id}`);
      if (head.item_id === this.itemId)
        this.all = threads.withFound(this.all, head, head === found ? null : found);
    } catch (error) {
      toast(sentence(error));
    }
  }

  /** Opens the replies of a comment, loading a page when some are still unknown. */
  async open(headId: string): Promise<void> {
    const thread = this.all.list.find((one) => one.head.id === headId);
    if (!thread || this.opening.has(headId)) return;
    if (thread.next === null) {
      this.all = threads.withReplies(this.all, headId, [], null);
      return;
    }
    this.opening = new Set([...this.opening, headId]);
    try {
      const page = await get<CommentPage>(`/api/comments/${headId}/replies`, { cursor: thread.next });
      this.all = threads.withReplies(this.all, headId, page.comments, page.next);
    } catch (error) {
      toast(sentence(error));
    } finally {
      this.opening = new Set([...this.opening].filter((id) => id !== headId));
    }
  }

  close(headId: string): void {
    this.all = threads.withClosed(this.all, headId);
  }

  /** Writes a comment or a reply; while the server is away it waits where a reload cannot lose it.
   *  False when nobody is here to write it. What the server refuses is a draft. */
  async write(text: string, replyTo: string | null): Promise<boolean> {
    if (!(await askAccount("comment"))) return false;
    const key = freshId();
    const parentId = replyTo === null ? null : threads.threadIdOf(this.all, replyTo);
    const said = { text, ...(parentId !== null && { parent_id: parentId }) };
    this.#show(key, said, Date.now());
    const answer = wishes.wish<Comment>(this.#about(key), "POST", this.#path, said);
    void wishes.flush().then(() => {
      if (wishes.pause_ms > 0 && wishes.pending(this.#about(key)))
        this.all = threads.withWaiting(this.all, key);
    });
    void this.#settled(key, answer);
    return true;
  }

  /** What was written for this video and refused, the oldest. */
  get draft(): Draft | undefined {
    return drafts.first(this.#path);
  }

  /** Lets go of a draft. */
  drop(draft: Draft): void {
    drafts.drop(draft.id);
  }

  /** Takes back a comment that waits to be sent. */
  giveUp(line: threads.Line): void {
    wishes.giveUp(this.#about(line.id.slice(1)));
    this.all = threads.without(this.all, line.id);
  }

  #about = (key: string): string => `comment ${this.itemId} ${key}`;

  get #path(): string {
    return `/api/videos/${this.itemId}/comments`;
  }

  async #settled(key: string, answer: Promise<Comment>): Promise<void> {
    try {
      this.all = threads.withSent(this.all, key, await answer);
    } catch {
      this.all = threads.without(this.all, `~${key}`);
    }
  }

  #show(key: string, said: Said, nowMs: number): void {
    if (!session.me) return;
    const { text, parent_id: parentId = null } = said;
    const unsent = { key, itemId: this.itemId, author: session.me, text, parentId, nowMs };
    this.all = threads.withUnsent(this.all, unsent);
  }

  /** Shows what was written on an earlier page and still waits, once the thread is there that it belongs to. */
  #showWaiting(): void {
    const [here, at] = [this.#about(""), this.#about("").length];
    for (const one of wishes.pendingAll((about) => about.startsWith(here))) {
      const key = one.about.slice(at);
      const parent = one.body?.parent_id;
      if (!one.body || threads.lineOf(this.all, `~${key}`)) continue;
      if (parent !== undefined && !threads.lineOf(this.all, parent)) continue;
      this.#show(key, one.body, one.at_ms ?? Date.now());
      this.all = threads.withWaiting(this.all, key);
      void this.#settled(key, wishes.answer<Comment>(one));
    }
  }

  /** Likes a comment or takes the like back. */
  async like(id: string, liked: boolean): Promise<void> {
    if (!(await askAccount("like"))) return;
    this.all = threads.withLike(this.all, id, liked);
    try {
      await wishes.wish(`like comment ${id}`, liked ? "PUT" : "DELETE", `/api/comments/${id}/like`);
    } catch (error) {
      this.all = threads.withLike(this.all, id, !liked);
      toast(sentence(error));
    }
  }

  /** Changes the text of one's own comment. */
  async edit(id: string, text: string): Promise<void> {
    const before = threads.lineOf(this.all, id)?.text ?? "";
    this.all = threads.withText(this.all, id, text);
    try {
      await patch<Comment>(`/api/comments/${id}`, { text });
    } catch (error) {
      this.all = threads.withText(this.all, id, before);
      toast(sentence(error));
    }
  }

  /** Takes a comment away; for a few seconds it can be had back, then it is deleted on the server. */
  remove(id: string): void {
    const before = this.all;
    const after = threads.without(before, id);
    this.all = after;
    const back = later(() => void this.#deleteNow(id));
    toast(t("comments.deleted"), {
      undo: () => {
        if (!back()) return;
        if (this.all === after) this.all = before;
        else void this.#reload();
      },
    });
  }

  async #deleteNow(id: string): Promise<void> {
    try {
      await call("DELETE", `/api/comments/${id}`, undefined, { keepalive: true });
    } catch (error) {
      toast(sentence(error));
      await this.#reload();
    }
  }

  async #reload(): Promise<void> {
    this.all = threads.noThreads(this.all.count);
    await this.more();
  }
}
