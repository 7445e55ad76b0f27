// Owns how a captions file (WebVTT, or SRT turned into it) is read before it is sent, so that an error names its line.

export type Cue = { startMs: number; endMs: number; text: string };
export type CaptionsProblem = {
  code: "no_header" | "no_cues" | "bad_time" | "ends_first" | "too_large";
  line: number;
};
export type CaptionsRead = { cues: Cue[]; problem: null } | { cues: null; problem: CaptionsProblem };

const CAPTIONS_BYTES_MAX = 512 * 1024;
const ARROW = /^(\S+)\s+-->\s+(\S+)/;
const STAMP = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/;

/** The cues of a WebVTT text, or the first thing that is wrong with it and its line, counted from 1. */
export function readCaptions(text: string): CaptionsRead {
  if (new TextEncoder().encode(text).length > CAPTIONS_BYTES_MAX) return wrong("too_large", 1);
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  if (!/^WEBVTT(?:[ \t].*)?$/.test(lines[0] ?? "")) return wrong("no_header", 1);
  const cues: Cue[] = [];
  for (let at = 1; at < lines.length; at++) {
    if (!(lines[at] ?? "").includes("-->")) continue;
    const cue = cueAt(lines, at);
    if ("code" in cue) return { cues: null, problem: cue };
    cues.push(cue);
  }
  return cues.length === 0 ? wrong("no_cues", lines.length) : { cues, problem: null };
}

function wrong(code: CaptionsProblem["code"], line: number): CaptionsRead {
  return { cues: null, problem: { code, line } };
}

function cueAt(lines: string[], at: number): Cue | CaptionsProblem {
  const match = ARROW.exec((lines[at] ?? "").trim());
  const startMs = match === null ? null : stampMs(match[1] ?? "");
  const endMs = match === null ? null : stampMs(match[2] ?? "");
  if (startMs === null || endMs === null) return { code: "bad_time", line: at + 1 };
  if (endMs <= startMs) return { code: "ends_first", line: at + 1 };
  const blank = lines.findIndex((line, index) => index > at && line.trim() === "");
  return { startMs, endMs, text: lines.slice(at + 1, blank === -1 ? lines.length : blank).join("\n") };
}

function stampMs(text: string): number | null {
  const match = STAMP.exec(text);
  if (match === null) return null;
  const [hours, minutes, seconds, ms] = [match[1] ?? "0", match[2], match[3], match[4]].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
}

/** A SubRip text as WebVTT: the same cues under a header, with points for commas in their times. Other text is returned as it is. */
export function vttFrom(text: string): string {
  if (
    /^\uFEFF?WEBVTT/.test(text) ||
    !/^\s*\d+\s*\r?\n\d{1,2}:\d{2}:\d{2},\d{3}\s+-->/.test(text.replace(/^\uFEFF/, ""))
  )
    return text;
  const times = /(\d{2}:\d{2}:\d{2}),(\d{3})/g;
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  return `WEBVTT\n\n${lines.map((line) => (line.includes("-->") ? line.replace(times, "$1.$2") : line)).join("\n")}`;
}
