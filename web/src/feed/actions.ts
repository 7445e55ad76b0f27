/** What a person does to a video: shown in the same frame, sent behind it, taken back with a note when refused. */

import { askAccount, type Wish } from "../accounts/gate.svelte";
import { session } from "../accounts/session.svelte";
import { ApiError, post, sentence } from "../api/client";
import type { Card, Followed, Follows, Liked, Saved, Shared } from "../api/types";
import { toast } from "../design";
import { wishes } from "../events/wishes";
import { t } from "../i18n/t.svelte";
import type { Entry, Feed } from "./feed.svelte";
import { aboutFollow, aboutLike, aboutSave } from "./wished";

async function member(wish: Wish): Promise<boolean> {
  return session.me !== null || (await askAccount(wish)) !== null;
}

function refused(error: unknown, undo: () => void): void {
  undo();
  if (error instanceof ApiError && error.needsAccount) session.set(null);
  toast(sentence(error), { tone: "harm" });
}

/** Likes, or takes the like back. */
export async function setLiked(card: Card, liked: boolean): Promise<void> {
  if (card.you.liked === liked || !(await member("like"))) return;
  const step = liked ? 1 : -1;
  card.you.liked = liked;
  card.counts.likes += step;
  try {
    const path = `/api/videos/${card.id}/like`;
    const answer = await wishes.wish<Liked>(aboutLike(card), liked ? "PUT" : "DELETE", path);
    if (card.you.liked === liked) card.counts.likes = answer.likes;
  } catch (error) {
    refused(error, () => {
      card.you.liked = !liked;
      card.counts.likes -= step;
    });
  }
}

/** Saves for later, or takes it from there. */
export async function setSaved(card: Card, saved: boolean): Promise<void> {
  if (card.you.saved === saved || !(await member("save"))) return;
  const step = saved ? 1 : -1;
  card.you.saved = saved;
  card.counts.saves += step;
  if (saved) toast(t("feed.saved_note"), { undo: () => void setSaved(card, false) });
  try {
    const path = `/api/videos/${card.id}/save`;
    const answer = await wishes.wish<Saved>(aboutSave(card), saved ? "PUT" : "DELETE", path);
    if (card.you.saved === saved) card.counts.saves = answer.saves;
  } catch (error) {
    refused(error, () => {
      card.you.saved = !saved;
      card.counts.saves -= step;
    });
  }
}

/** Follows the creator, or stops; every entry of the feed by the same person shows it. */
export async function setFollowing(card: Card, follow: boolean, feed?: Feed): Promise<void> {
  if (!(await member("follow"))) return;
  const { handle, is_private } = card.creator;
  const before = card.you.follows;
  const show = (follows: Follows) => {
    card.you.follows = follows;
    for (const entry of feed?.entries ?? [])
      if (entry.card.creator.handle === handle) entry.card.you.follows = follows;
  };
  show(follow ? (is_private ? "requested" : "yes") : "no");
  try {
    const path = `/api/people/${encodeURIComponent(handle)}/follow`;
    const answer = await wishes.wish<Followed>(aboutFollow(handle), follow ? "PUT" : "DELETE", path);
    show(answer.follows);
  } catch (error) {
    refused(error, () => show(before));
  }
}

/** The address of a video that can be given to others. */
export const linkTo = (card: Card): string => `${location.origin}/@${card.creator.handle}/video/${card.id}`;

async function countShare(card: Card, via: "link" | "system" | "embed"): Promise<void> {
  card.counts.shares += 1;
  await post<Shared>(`/api/videos/${card.id}/share`, { via })
    .then((answer) => (card.counts.shares = answer.shares))
    .catch(() => undefined);
}

/** Puts a text on the clipboard and says so. */
async function copy(text: string, note: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    toast(note);
    return true;
  } catch {
    toast(text, { life_ms: 12_000 });
    return false;
  }
}

/** Copies the link to a video. */
export async function copyLink(card: Card): Promise<void> {
  await copy(linkTo(card), t("feed.link_copied"));
  await countShare(card, "link");
}

/** Copies the code that shows the video on another page. */
export async function copyEmbed(card: Card): Promise<void> {
  const { width, height } = card.video;
  const wide = width > height;
  const frame = document.createElement("iframe");
  frame.src = `${location.origin}/embed/${card.id}`;
  frame.width = wide ? "640" : "325";
  frame.height = wide ? "360" : "578";
  frame.title = card.caption || `@${card.creator.handle}`;
  frame.allow = "autoplay; fullscreen; picture-in-picture";
  frame.setAttribute("frameborder", "0");
  await copy(frame.outerHTML, t("feed.embed_copied"));
  await countShare(card, "embed");
}

/** True where the system has a sheet of its own for sharing. */
export const systemShare = (): boolean => typeof navigator.share === "function";

/** Opens the system's sheet. */
export async function shareBySystem(card: Card): Promise<void> {
  try {
    await navigator.share({ title: card.caption || `@${card.creator.handle}`, url: linkTo(card) });
  } catch {
    // Closing the sheet is an answer, not an error.
    return;
  }
  await countShare(card, "system");
}

/** Tells the feed that this is not wanted; the entry says so when the person comes back to it. */
export async function notInterested(entry: Entry, feed: Feed): Promise<void> {
  const path = `/api/videos/${entry.card.id}/not-interested`;
  const about = `less ${entry.card.id}`;
  entry.dismissed = true;
  feed.learned();
  const undo = () => {
    entry.dismissed = false;
    feed.learned();
    void wishes
      .wish(about, "DELETE", path)
      .catch((error: unknown) => toast(sentence(error), { tone: "harm" }));
  };
  toast(t("feed.less_note"), { undo });
  await wishes
    .wish(about, "POST", path)
    .catch((error: unknown) => refused(error, () => (entry.dismissed = false)));
}

/** Shows nothing more by this creator. */
export async function hideCreator(entry: Entry, feed: Feed): Promise<void> {
  const { handle } = entry.card.creator;
  const path = `/api/people/${encodeURIComponent(handle)}/hide`;
  const about = `hide ${handle.toLowerCase()}`;
  entry.dismissed = true;
  feed.without(handle);
  feed.learned();
  const undo = () => {
    entry.dismissed = false;
    void wishes
      .wish(about, "DELETE", path)
      .catch((error: unknown) => toast(sentence(error), { tone: "harm" }));
  };
  toast(t("feed.hidden_note", { handle }), { undo });
  await wishes
    .wish(about, "POST", path)
    .catch((error: unknown) => refused(error, () => (entry.dismissed = false)));
}
