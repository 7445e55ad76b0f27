/** Whether the feed may learn from what is watched on this device: the person's own word, else what their browser asks for. */

const KEY = "plainview.learning";

/** True when the browser asks, by Global Privacy Control, that its person is not profiled. */
export const privacyAsked = (): boolean =>
  (globalThis.navigator as (Navigator & { globalPrivacyControl?: boolean }) | undefined)
    ?.globalPrivacyControl === true;

function said(): boolean | null {
  try {
    const word = localStorage.getItem(KEY);
    return word === null ? null : word === "yes";
  } catch {
    return null;
  }
}

const state = $state<{ said: boolean | null }>({ said: said() });

export const learning = {
  /** Whether what is watched is recorded and sent. */
  get on(): boolean {
    return state.said ?? !privacyAsked();
  },
  set on(wish: boolean) {
    state.said = wish;
    try {
      localStorage.setItem(KEY, wish ? "yes" : "no");
    } catch {
      // A browser without storage forgets the choice; it holds until the page is left.
    }
  },
  /** What each request says of it, for the server obeys it too: nothing, where the person said nothing. */
  get headers(): Record<string, string> {
    if (!learning.on) return { "x-plainview-learning": "no" };
    return privacyAsked() ? { "x-plainview-learning": "yes" } : {};
  },
  /** Whether the browser asked for it to be off. */
  get asked_not_to(): boolean {
    return privacyAsked();
  },
};
