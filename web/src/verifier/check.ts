/** Asks the verifier's thread for a verdict. */

import { scriptAddress } from "../app/scripts";
import type { Expected, Progress, Remembered, Verdict } from "./verify";
import type { Asked, Told } from "./checking";
import address from "./checking?worker&url";

export type Checked = { verdict: Verdict; took_ms: number };

/** The verdict on a proof file. Rejects only when the check itself could not run. */
export function check(
  file: Blob,
  expected: Expected,
  before: Remembered | null,
  progress: Progress,
): Promise<Checked> {
  const worker = new Worker(scriptAddress(address), { type: "module", name: "verifier" });
  return new Promise<Checked>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      if (data.type === "progress") progress(data.done, data.of);
      else if (data.type === "verdict") resolve({ verdict: data.verdict, took_ms: data.took_ms });
      else reject(new Error(data.what));
    };
    worker.onerror = (event) => reject(new Error(event.message || "the verifier did not load"));
    worker.postMessage({ file, expected, before } satisfies Asked);
  }).finally(() => worker.terminate());
}
