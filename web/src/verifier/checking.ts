/** The verifier in a thread of its own, so that the page stays smooth while thousands of entries are checked. */

import type { Expected, Remembered, Verdict } from "./verify";
import { verify } from "./verify";

export type Asked = { file: Blob; expected: Expected; before: Remembered | null };
export type Told =
  | { type: "progress"; done: number; of: number }
  | { type: "verdict"; verdict: Verdict; took_ms: number }
  | { type: "broken"; what: string };
type Scope = {
  postMessage(told: Told): void;
  addEventListener(name: "message", run: (event: MessageEvent<Asked>) => void): void;
};

const scope = globalThis as unknown as Scope;

async function answer({ file, expected, before }: Asked): Promise<Told> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const started = performance.now();
  const verdict = verify(bytes, expected, before, (done, of) =>
    scope.postMessage({ type: "progress", done, of }),
  );
  return { type: "verdict", verdict, took_ms: performance.now() - started };
}

scope.addEventListener("message", (event) => {
  answer(event.data)
    .catch((error: unknown): Told => ({ type: "broken", what: String(error) }))
    .then((told) => scope.postMessage(told));
});
