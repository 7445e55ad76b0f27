/** The details of videos on their way, and the wish to post them: kept while the app lives, done as soon as the server knows the video. */

import { get, post, put, sentence } from "../api/client";
import type { Draft } from "../api/types";
import { toast } from "../design/toasts.svelte";
import { t } from "../i18n/t.svelte";
import { detailsBody, detailsOf, freshDetails, type Details } from "./details";
import { records, remember } from "./records";
import { onCreated, processingAgain, uploads } from "./uploads.svelte";

export type Post = {
  details: Details;
  wanted: boolean;
  busy: boolean;
  posted: boolean;
  error: string | null;
};

const posts = $state<Record<string, Post>>({});

/** Makes the post of an upload, before a screen draws it; one that is there stays as it is. */
export function begin(key: string): Post {
  posts[key] ??= {
    details: records()[key]?.details ?? freshDetails(),
    wanted: false,
    busy: false,
    posted: false,
    error: null,
  };
  return posts[key];
}

/** The post that belongs to an upload, if it was begun. */
export const heldFor = (key: string): Post | undefined => posts[key];

/** Takes over what the server already knows of an upload that was begun before a reload. */
export async function recallDetails(key: string, itemId: string): Promise<void> {
  const draft = await get<Draft>(`/api/studio/${itemId}`).catch(() => null);
  if (!draft) return;
  const held = begin(key);
  if (!records()[key]?.details || draft.state === "published") held.details = detailsOf(draft);
  held.posted = draft.state === "published";
}

/** Keeps what is written on this device while the upload is under way. */
export function keepDetails(key: string, details: Details): void {
  if (key in records()) remember(key, { details });
}

/** Posts the video now, or as soon as the server has its first byte. */
export function publish(key: string): void {
  const held = begin(key);
  held.wanted = true;
  held.error = null;
  const itemId = uploads.of(key)?.itemId;
  if (itemId) void publishNow(key, itemId);
}

async function publishNow(key: string, itemId: string): Promise<void> {
  const held = begin(key);
  if (held.busy || held.posted) return;
  held.busy = true;
  try {
    const draft = await post<Draft>(`/api/studio/${itemId}/publish`, detailsBody(held.details));
    held.posted = true;
    held.wanted = false;
    if (uploads.of(key)?.state === "sent") processingAgain(itemId, draft.processing);
  } catch (error) {
    held.error = sentence(error);
    held.wanted = false;
  } finally {
    held.busy = false;
  }
}

/** Keeps the details without posting. */
export async function saveDraft(key: string): Promise<void> {
  const held = begin(key);
  const itemId = uploads.of(key)?.itemId;
  if (!itemId) return;
  try {
    await put<Draft>(`/api/studio/${itemId}`, detailsBody(held.details));
    toast(t("details.draft_saved"));
  } catch (error) {
    held.error = sentence(error);
  }
}

onCreated((key, itemId) => {
  if (posts[key]?.wanted) void publishNow(key, itemId);
});
