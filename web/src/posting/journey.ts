// Owns the one bar a person sees from the first byte to a ready video: how far, in which stage, how long still.

import { saidOf } from "../api/problems";
import type { Processing } from "../api/types";
import { secondsLeft } from "./pace";
import type { Upload } from "./queue";

export type Stage =
  | "waiting"
  | "sending"
  | "paused"
  | "offline"
  | "elsewhere"
  | "unfinished"
  | "processing"
  | "playable"
  | "ready"
  | "failed";

export type Journey = {
  stage: Stage;
  fraction: number;
  secondsLeft: number | null;
  cause: string | null;
  mayRetry: boolean;
};

// What is wrong with the file itself is wrong with it the next time too.
const OF_THE_FILE = new Set(
  "broken codec_not_allowed empty no_video_stream not_a_video refused too_long too_many_pixels too_short too_small"
    .split(" ")
    .map((code) => `media.${code}`),
);

/** Whether an upload came to its end with this file: it cannot be posted, and trying again cannot help. */
export const isRefused = (journey: Journey): boolean => journey.stage === "failed" && !journey.mayRetry;

// Sending is usually the longer half on a phone; the bar gives it the first 60 of 100.
const SENDING_SHARE = 0.6;

/** Where an upload stands on its way to a ready video. The fraction never falls while the upload itself goes forward. */
export function journeyOf(
  upload: Pick<Upload, "state" | "sent" | "size" | "cause" | "pace" | "processing" | "unfit">,
): Journey {
  if (upload.state === "failed") return stopped(upload.cause, sentShare(upload), !upload.unfit);
  if (upload.state !== "sent") return sending(upload);
  return processingJourney(upload.processing);
}

function sentShare(upload: { sent: number; size: number }): number {
  return upload.size === 0 ? 0 : (upload.sent / upload.size) * SENDING_SHARE;
}

function sending(upload: Pick<Upload, "state" | "sent" | "size" | "pace">): Journey {
  const stage = upload.state as Stage;
  const left = stage === "sending" ? secondsLeft(upload.pace, upload.size - upload.sent) : null;
  return { stage, fraction: sentShare(upload), secondsLeft: left, cause: null, mayRetry: false };
}

function stopped(cause: string | null, fraction: number, mayRetry: boolean): Journey {
  return { stage: "failed", fraction, secondsLeft: null, cause, mayRetry };
}

/** The second half of the way, told by the server's word alone (the studio shows it for uploads of other tabs too). */
export function processingJourney(processing: Processing | null): Journey {
  if (processing === null)
    return { stage: "processing", fraction: SENDING_SHARE, secondsLeft: null, cause: null, mayRetry: false };
  const fraction =
    SENDING_SHARE + (1 - SENDING_SHARE) * (Math.min(100, Math.max(0, processing.percent)) / 100);
  switch (processing.state) {
    case "ready":
      return { stage: "ready", fraction: 1, secondsLeft: 0, cause: null, mayRetry: false };
    case "failed":
      return stopped(
        saidOf(processing.code, processing.cause),
        fraction,
        !OF_THE_FILE.has(processing.code ?? ""),
      );
    case "quarantined":
      return stopped(saidOf("media.quarantined", processing.cause), fraction, true);
    case "uploading":
      return { stage: "unfinished", fraction: 0, secondsLeft: null, cause: null, mayRetry: false };
    default:
      return {
        stage: processing.playable ? "playable" : "processing",
        fraction,
        secondsLeft: processing.eta_s,
        cause: null,
        mayRetry: false,
      };
  }
}
