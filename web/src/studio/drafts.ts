/** What the studio asks of the server about one's own videos. */

import { call, del, get, post, put } from "../api/client";
import type { DetailsWish, Draft, DraftPage } from "../api/types";

export const draftPage = (cursor: string | null) => get<DraftPage>("/api/studio", { cursor });
export const draftOf = (id: string) => get<Draft>(`/api/studio/${id}`);
export const saveDraft = (id: string, body: DetailsWish) => put<Draft>(`/api/studio/${id}`, body);
export const publishDraft = (id: string, body: DetailsWish) => post<Draft>(`/api/studio/${id}/publish`, body);
export const retryDraft = (id: string) => post<Draft>(`/api/studio/${id}/retry`);

/** Deletes a video and all its files; outlives the page it was asked on. */
export const deleteVideo = (id: string) =>
  call<undefined>("DELETE", `/api/videos/${id}`, undefined, { keepalive: true });

export const putCaptions = (id: string, language: string, vtt: string) =>
  put<Draft>(`/api/videos/${id}/captions/${language}`, vtt);
export const dropCaptions = (id: string, language: string) =>
  del<Draft>(`/api/videos/${id}/captions/${language}`);

/** True while the server is still at work on it, so that its state is worth asking for again. */
export const inWork = (draft: Draft): boolean =>
  !["ready", "failed", "quarantined"].includes(draft.processing.state);
