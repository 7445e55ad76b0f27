// Owns how fast bytes go out and how long the rest will take: a moving average that forgets old speed in about ten seconds.

export type Pace = { bytesPerSecond: number | null; bytes: number; atMs: number };

const MEMORY_MS = 10_000;
const SAMPLE_MS_MIN = 400;

/** A pace that knows nothing yet, begun at this byte. A resumed upload begins anew: bytes sent before say nothing. */
export function paceFrom(bytes: number, nowMs: number): Pace {
  return { bytesPerSecond: null, bytes, atMs: nowMs };
}

/** The pace after so many bytes are through; unchanged while too little time has passed to tell. */
export function paceAt(pace: Pace, bytes: number, nowMs: number): Pace {
  const passed = nowMs - pace.atMs;
  if (passed < SAMPLE_MS_MIN) return pace;
  const speed = (Math.max(0, bytes - pace.bytes) / passed) * 1000;
  const weight = pace.bytesPerSecond === null ? 1 : 1 - Math.exp(-passed / MEMORY_MS);
  const before = pace.bytesPerSecond ?? 0;
  return { bytesPerSecond: before + weight * (speed - before), bytes, atMs: nowMs };
}

/** Seconds until so many bytes are through, or null while nobody can say. */
export function secondsLeft(pace: Pace, bytesLeft: number): number | null {
  if (bytesLeft <= 0) return 0;
  if (pace.bytesPerSecond === null || pace.bytesPerSecond < 1) return null;
  return Math.ceil(bytesLeft / pace.bytesPerSecond);
}
