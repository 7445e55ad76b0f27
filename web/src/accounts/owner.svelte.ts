/** Has the account's owner sign in once more, where the server wants to be certain that it is they who ask. */

import { ApiError } from "../api/client";

type Asking = { done: () => void; cancelled: (error: Error) => void };

const state = $state<{ asking: Asking | null }>({ asking: null });

/** What the panel is open for. */
export const proof = {
  get wanted(): boolean {
    return state.asking !== null;
  },

  /** Closes the panel: what was wanted is tried again, or given up. */
  answer(signedIn: boolean): void {
    const asking = state.asking;
    state.asking = null;
    if (signedIn) asking?.done();
    else asking?.cancelled(new DOMException("not proved", "AbortError"));
  },
};

/** Does what only the owner may: at once, or after they signed in again. Throws AbortError when they would rather not. */
export async function asOwner<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "proof_needed")) throw error;
  }
  proof.answer(false);
  await new Promise<void>((done, cancelled) => (state.asking = { done, cancelled }));
  return act();
}
