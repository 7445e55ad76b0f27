/** A video's card as the person left it: with what they wished and the server has not answered yet. */

import type { Card } from "../api/types";
import { wishes } from "../events/wishes";

export const aboutLike = (card: Card): string => `like ${card.id}`;
export const aboutSave = (card: Card): string => `save ${card.id}`;
export const aboutFollow = (handle: string): string => `follow ${handle.toLowerCase()}`;

const wished = (about: string): boolean | undefined => {
  const one = wishes.pending(about);
  return one && one.method !== "DELETE";
};

/** The same card; what waits to be sent stands in it already. */
export function asWished(card: Card): Card {
  if (wishes.none) return card;
  const { you, counts, creator } = card;
  const liked = wished(aboutLike(card)) ?? you.liked;
  const saved = wished(aboutSave(card)) ?? you.saved;
  const follow = wished(aboutFollow(creator.handle));
  counts.likes += Number(liked) - Number(you.liked);
  counts.saves += Number(saved) - Number(you.saved);
  if (follow === true && you.follows === "no") you.follows = creator.is_private ? "requested" : "yes";
  if (follow === false) you.follows = "no";
  Object.assign(you, { liked, saved });
  return card;
}
