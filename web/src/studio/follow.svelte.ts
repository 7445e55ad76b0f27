/** Keeps the state of videos in work up to date: by the live socket, and by asking now and then when it is silent. */

import type { Draft } from "../api/types";
import { live } from "../live/live.svelte";
import { draftOf, inWork } from "./drafts";

const ASK_EVERY_MS = 4000;
const ASKED_AT_ONCE_MAX = 6;

/** Watches these videos until the returned function is called. `change` is given what is new about one of them. */
export function followDrafts(
  drafts: () => Draft[],
  change: (id: string, news: Partial<Draft>) => void,
): () => void {
  const off = live.on("processing", ({ item_id, processing }) => change(item_id, { processing }));
  const timer = setInterval(() => {
    if (document.hidden) return;
    for (const draft of drafts().filter(inWork).slice(0, ASKED_AT_ONCE_MAX)) {
      void draftOf(draft.item_id)
        .then((news) => change(news.item_id, news))
        .catch(() => undefined);
    }
  }, ASK_EVERY_MS);
  return () => {
    off();
    clearInterval(timer);
  };
}
