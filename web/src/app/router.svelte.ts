/** Where the person is: the address bar as state. Links of our own origin change the screen without a new page. */

const state = $state({ path: location.pathname, search: location.search, depth: 0 });

/** The path and query that the address bar shows. */
export const place = {
  get path(): string {
    return state.path;
  },
  get query(): URLSearchParams {
    return new URLSearchParams(state.search);
  },
};

function arrive(): void {
  state.path = location.pathname;
  state.search = location.search;
}

/** Goes to an address of the app. With replace the way back skips the present one. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  const url = new URL(to, location.href);
  if (options.replace) history.replaceState({ depth: state.depth }, "", url);
  else {
    state.depth += 1;
    history.pushState({ depth: state.depth }, "", url);
  }
  arrive();
  scrollTo(0, 0);
}

/** Changes what the address bar shows while the screen stays (the feed does so for the video in view). */
export function showAddress(to: string): void {
  history.replaceState(history.state, "", to);
}

/** Goes back within the app, or to the given address when the person came from outside. */
export function goBack(otherwise = "/"): void {
  if (state.depth > 0) history.back();
  else go(otherwise, { replace: true });
}

function plainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

const SERVED = ["/api/", "/media/", "/source", "/embed/", "/oembed", "/assets/", "/pictures/"];

// Whatever leads elsewhere opens outside the app, and the other side learns neither where from nor by whom.
function leaveOutside(event: Event): void {
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link?.href || new URL(link.href).origin === location.origin || link.protocol === "blob:") return;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || !plainClick(event)) return;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link?.href || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || SERVED.some((start) => url.pathname.startsWith(start))) return;
  if (url.pathname === location.pathname && url.search === location.search && url.hash) return;
  event.preventDefault();
  go(url.href, { replace: url.href === location.href });
}

/** Starts listening to links and to the browser's own back and forward. */
export function startRouter(): void {
  // Before every other listener, and for the middle button too.
  addEventListener("click", leaveOutside, { capture: true });
  addEventListener("auxclick", leaveOutside, { capture: true });
  addEventListener("click", follow);
  addEventListener("popstate", (event) => {
    state.depth = (event.state as { depth?: number } | null)?.depth ?? 0;
    arrive();
  });
}
