/** How hls.js is set up for short videos: quick first frame, small buffers ahead, whole clip kept for the loop. */

import type { HlsConfig, default as HlsClass } from "hls.js";
import { bandwidth } from "./bandwidth";

export type HlsKind = typeof HlsClass;

/** Fetched beside the first page of the feed, since every video needs it. */
export const hlsLibrary: Promise<HlsKind> = import("hls.js").then((module) => module.default);

// One segment ahead is enough for a first frame and two seconds of play; the rest comes when the video is watched.
const AHEAD_S = 1;
const WATCHED_S = 24;
const SAVING_S = 6;

/** How many seconds a player may hold in front of the playhead. */
export const bufferGoal = (watched: boolean, saving: boolean): number =>
  watched ? (saving ? SAVING_S : WATCHED_S) : AHEAD_S;

// Above this a clip would not fit into the browser's buffer as a whole; its loop fetches the beginning again.
const KEPT_WHOLE_S = 120;
const KEPT_BEHIND_S = 20;

export function hlsConfig(watched: boolean, saving: boolean, duration_s: number): Partial<HlsConfig> {
  const goal = bufferGoal(watched, saving);
  return {
    // fMP4 needs no transmuxing worth a worker, and a worker costs the first frame its start-up time.
    enableWorker: false,
    testBandwidth: false,
    startFragPrefetch: true,
    startLevel: saving ? 0 : -1,
    startPosition: 0,
    abrEwmaDefaultEstimate: bandwidth(),
    abrEwmaDefaultEstimateMax: 50_000_000,
    capLevelToPlayerSize: true,
    maxBufferLength: goal,
    maxMaxBufferLength: goal,
    // A loop plays from what is already here: of a short clip nothing behind the playhead is dropped.
    backBufferLength: duration_s > KEPT_WHOLE_S ? KEPT_BEHIND_S : Infinity,
    maxBufferHole: 0.3,
    nudgeOnVideoHole: true,
    enableWebVTT: false,
    enableIMSC1: false,
    enableCEA708Captions: false,
    progressive: false,
    fragLoadPolicy: {
      default: {
        maxTimeToFirstByteMs: 8000,
        maxLoadTimeMs: 30_000,
        timeoutRetry: { maxNumRetry: 3, retryDelayMs: 200, maxRetryDelayMs: 4000 },
        errorRetry: { maxNumRetry: 4, retryDelayMs: 400, maxRetryDelayMs: 6000 },
      },
    },
  };
}
