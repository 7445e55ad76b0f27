/** What a person says about a video: caption, who sees it, what is allowed; as the form edits it and as the server takes it. */

import type { DetailsWish, Draft } from "../api/types";

/** What a person wrote about a video. */
export type Details = Omit<DetailsWish, "language"> & { language: string };
/** What a new video begins with. */
export const freshDetails = (): Details => ({
  caption: "",
  visibility: "public",
  allow_comments: true,
  allow_reuse: true,
  language: "",
});

/** A video's details as the form edits them. */
export const detailsOf = (draft: Draft): Details => ({
  caption: draft.caption,
  visibility: draft.visibility,
  allow_comments: draft.allow_comments,
  allow_reuse: draft.allow_reuse,
  language: draft.card?.language ?? "",
});

/** The details as the server takes them. */
export const detailsBody = (details: Details): DetailsWish => ({
  caption: details.caption.trim(),
  visibility: details.visibility,
  allow_comments: details.allow_comments,
  allow_reuse: details.allow_reuse,
  ...(details.language && { language: details.language }),
});
