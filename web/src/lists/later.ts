/** Things that are done a little later, so that they can be taken back; leaving the page does them at once. */

const WAIT_MS = 5200;

const pending = new Map<symbol, () => void>();

/** Does something after a few seconds; what it returns takes it back and tells whether it was in time. */
export function later(act: () => void, wait_ms: number = WAIT_MS): () => boolean {
  const key = Symbol("later");
  const timer = setTimeout(() => finish(key), wait_ms);
  pending.set(key, act);
  return () => {
    clearTimeout(timer);
    return pending.delete(key);
  };
}

function finish(key: symbol): void {
  const act = pending.get(key);
  pending.delete(key);
  act?.();
}

/** Does everything that waits. */
export function finishAll(): void {
  for (const key of [...pending.keys()]) finish(key);
}

if (typeof window !== "undefined") window.addEventListener("pagehide", finishAll);
