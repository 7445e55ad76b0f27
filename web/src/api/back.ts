/** Owns the waiting for a server that went away: one question for all who wait, until it answers. */

import { ApiError } from "./client";

const EVERY_MS = 2000;
const EVERY_MS_MAX = 15_000;
let waiting: Promise<void> | null = null;

async function answers(): Promise<boolean> {
  return fetch("/healthz", { cache: "no-store" }).then(
    (response) => response.ok,
    () => false,
  );
}

async function ask(): Promise<void> {
  for (let pause = EVERY_MS; ; pause = Math.min(EVERY_MS_MAX, pause * 1.5)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (await answers()) return;
  }
}

/** Runs once the server answers again, where what failed did so since it did not; else never. */
export function whenBack(error: unknown, run: () => void): void {
  if (!(error instanceof ApiError && error.away)) return;
  waiting ??= ask().finally(() => (waiting = null));
  void waiting.then(run);
}
