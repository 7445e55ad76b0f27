// Owns what the browser can already say against a file before a byte is sent. The server looks again at everything.

import type { Realm } from "../api/types";

export type Unfit = { code: "empty" | "not_video" | "too_large" | "too_short" | "too_long"; limit?: number };

const VIDEO_NAMES = /\.(mp4|m4v|mov|webm|mkv|avi|3gp|3g2|mpe?g|ts|m2ts|mts|ogv|wmv|flv)$/i;

/** Why a file cannot be posted, or null. A type the browser does not know is let through when its name is a video's. */
export function unfitFile(
  file: { name: string; size: number; type: string },
  limits: Realm["limits"],
): Unfit | null {
  if (file.size === 0) return { code: "empty" };
  if (!file.type.startsWith("video/") && !VIDEO_NAMES.test(file.name)) return { code: "not_video" };
  if (file.size > limits.upload_bytes_max) return { code: "too_large", limit: limits.upload_bytes_max };
  return null;
}

/** Why a video of this length cannot be posted, or null; a length nobody knows is left to the server. */
export function unfitDuration(durationMs: number | null, limits: Realm["limits"]): Unfit | null {
  if (durationMs === null || !Number.isFinite(durationMs)) return null;
  if (durationMs < limits.duration_ms_min) return { code: "too_short", limit: limits.duration_ms_min };
  if (durationMs > limits.duration_ms_max) return { code: "too_long", limit: limits.duration_ms_max };
  return null;
}

/** What names the same file again after a reload or in another tab: its name, size, date, and whose upload it is. */
export function fileKey(
  file: { name: string; size: number; lastModified: number },
  personId: string,
): string {
  return ["plainview-upload", personId, file.name, file.size, file.lastModified].join("|");
}
