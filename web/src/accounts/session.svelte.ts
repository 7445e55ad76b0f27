/** Who is looking: the signed-in person or a guest, and what the realm allows. Loaded once, kept up to date by what people do here. */

import { get, post } from "../api/client";
import type { Me, MeReply, Realm } from "../api/types";
import { forgetLooked } from "../feed/looked";

type State = { me: Me | null; ready: boolean; realm: Realm | null };

const state = $state<State>({ me: null, ready: false, realm: null });
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("plainview.session");

/** The one session of this tab. */
export const session = {
  /** The signed-in person, or null for a guest. */
  get me(): Me | null {
    return state.me;
  },
  /** True once the server has said who this is. */
  get ready(): boolean {
    return state.ready;
  },
  /** The realm's name, limits and regions, once known. */
  get realm(): Realm | null {
    return state.realm;
  },
  is(role: Me["roles"][number]): boolean {
    return state.me?.roles.includes(role) ?? false;
  },

  /** Asks the server who this is and what the realm allows. Throws ApiError when it cannot be reached. */
  async load(): Promise<void> {
    const [answer, realm] = await Promise.all([
      get<MeReply>("/api/me"),
      state.realm ?? get<Realm>("/api/realm"),
    ]);
    state.realm = realm;
    state.me = answer.me;
    state.ready = true;
  },

  /** Takes over what a call answered about the person; other tabs are told when somebody came or went. */
  set(me: Me | null): void {
    const before = state.me?.id ?? null;
    if (before !== null && me?.id !== before) forgetLooked();
    state.me = me;
    state.ready = true;
    if ((me?.id ?? null) !== before) channel?.postMessage("changed");
  },

  /** Sets how many notices are unread. */
  unread(count: number): void {
    if (state.me) state.me.unread = count;
  },

  /** Ends the session here and on the server. */
  async signOut(): Promise<void> {
    await post("/api/sign-out");
    session.set(null);
  },
};

// Another tab signed in or out: the cookie is already another one, so what this tab believes must follow.
channel?.addEventListener("message", () => void session.load().catch(() => undefined));
