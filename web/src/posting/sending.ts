/** One file on its way to the server by tus, resumable at any byte. Speaks of one file only; the queue is `uploads.svelte.ts`. */

import { DetailedError, Upload as TusUpload } from "tus-js-client";
import { told as toldOf } from "../api/problems";
import type { Problem } from "../api/types";
import { forget, records, remember } from "./records";

export type Progress = {
  created: (itemId: string) => void;
  sent: (bytes: number) => void;
  done: () => void;
  /** Nobody answered, or the server could not just now: worth another try later. */
  dropped: () => void;
  refused: (sentence: string, code: string) => void;
};

// Small enough that a cut loses little, large enough that the pauses between pieces do not show.
const PIECE_BYTES = 16 * 1024 * 1024;
const RETRY_MS = [300, 1000, 3000];

/** Begins or resumes sending a file; returns what stops it (the server keeps what it has). */
export function send(key: string, file: File, progress: Progress): () => Promise<void> {
  const known = records()[key];
  const upload = new TusUpload(file, {
    endpoint: "/api/uploads",
    uploadUrl: known?.url ?? null,
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_MS,
    storeFingerprintForResuming: false,
    headers: { "x-plainview": "1" },
    metadata: { filename: file.name, filetype: file.type },
    onUploadUrlAvailable: () => remember(key, { url: upload.url, name: file.name, size: file.size }),
    onAfterResponse: (_request, response) => {
      const itemId = response.getHeader("Plainview-Item");
      if (itemId === undefined || itemId === "" || itemId === null) return;
      remember(key, { itemId });
      progress.created(itemId);
    },
    onShouldRetry: (error) => navigator.onLine && worthAnotherTry(error),
    onProgress: (bytes) => progress.sent(bytes),
    onSuccess: () => progress.done(),
    onError: (error) => told(key, error, progress),
  });
  if (known?.itemId) progress.created(known.itemId);
  upload.start();
  return () => upload.abort(false);
}

/** Gives up an upload: the server throws away what it has. Nothing is said when it already did. */
export async function giveUp(key: string): Promise<void> {
  const url = records()[key]?.url;
  forget(key);
  if (url) await TusUpload.terminate(url, { headers: { "x-plainview": "1" } }).catch(() => undefined);
}

function worthAnotherTry(error: Error | DetailedError): boolean {
  const status = statusOf(error);
  return (
    status === 0 || status >= 500 || status === 408 || status === 409 || status === 423 || status === 429
  );
}

function statusOf(error: Error | DetailedError): number {
  return "originalResponse" in error ? (error.originalResponse?.getStatus() ?? 0) : 0;
}

function told(key: string, error: Error | DetailedError, progress: Progress): void {
  if (worthAnotherTry(error) && statusOf(error) !== 507) return progress.dropped();
  const { sentence, code } = problemOf(error);
  // An upload the server no longer knows cannot be resumed; the next try begins anew.
  if ([404, 410].includes(statusOf(error))) forget(key);
  progress.refused(sentence, code);
}

function problemOf(error: Error | DetailedError): { sentence: string; code: string } {
  const body = "originalResponse" in error ? (error.originalResponse?.getBody() ?? "") : "";
  try {
    const problem = JSON.parse(body) as Partial<Problem>;
    return { sentence: toldOf(problem).sentence, code: problem.code ?? "refused" };
  } catch {
    return { sentence: "", code: "refused" };
  }
}
