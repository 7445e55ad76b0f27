/** Asks for an account only when something needs one, and lets that something go on afterwards. */

import type { Me } from "../api/types";
import { session } from "./session.svelte";

/** What the person wanted to do; the panel says why an account is needed for it. */
export type Wish =
  "like" | "comment" | "save" | "follow" | "upload" | "report" | "inbox" | "studio" | "other";

type Asking = { wish: Wish; mode: "in" | "up"; answer: (me: Me | null) => void };

const state = $state<{ asking: Asking | null }>({ asking: null });

/** What the panel is open for, or null while it is closed. */
export const gate = {
  get wish(): Wish | null {
    return state.asking?.wish ?? null;
  },
  get mode(): "in" | "up" {
    return state.asking?.mode ?? "up";
  },

  /** Closes the panel; whoever asked goes on with the person, or gives up on null. */
  answer(me: Me | null): void {
    const asking = state.asking;
    state.asking = null;
    asking?.answer(me);
  },
};

/** The signed-in person: at once, or after the panel; null when the person would rather not. */
export function askAccount(wish: Wish = "other", mode: "in" | "up" = "up"): Promise<Me | null> {
  if (session.me) return Promise.resolve(session.me);
  state.asking?.answer(null);
  return new Promise((answer) => {
    state.asking = { wish, mode, answer };
  });
}
