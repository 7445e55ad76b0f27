/** What the entries say, put in order for people: by day, by what happened, over time. Pure. */

import { type Coarse, coarse, type Read } from "../verifier/purposes";

export type Who = "feed" | "server" | "worker" | "staff";
export type Filter = { purpose: Coarse | "all"; who: Who | "all" };

/** Reads of one kind on one day, told in one sentence. */
export type Line = { id: string; purpose: string; by: string; case?: string; from?: string; reads: Read[] };
export type Day = { at_ms: number; count: number; lines: Line[] };
export type Bar = { at_ms: number; software: number; people: number };
export type Chart = { step: "day" | "week"; bars: Bar[]; most: number; total: number; people: number };

const DAYS_SHOWN = 30;
const WEEKS_SHOWN_MAX = 26;
const DAY_MS = 86_400_000;

export const everything: Filter = { purpose: "all", who: "all" };

/** Who read: a part of the software, or a person of the staff. */
export function whoOf(by: string): Who {
  return by === "feed" || by === "server" || by === "worker" ? by : "staff";
}

/** The handle of a person of the staff, or null for software. */
export const staffOf = (by: string): string | null => (by.startsWith("staff:") ? by.slice(6) : null);

/** The reads that a filter lets through. */
export function filtered(reads: Read[], filter: Filter): Read[] {
  return reads.filter(
    (read) =>
      (filter.purpose === "all" || coarse(read.for) === filter.purpose) &&
      (filter.who === "all" || whoOf(read.by) === filter.who),
  );
}

/** The purposes and readers that occur, in a steady order, so that a filter offers nothing empty. */
export function occurring(reads: Read[]): { purposes: Coarse[]; whos: Who[] } {
  const purposes = new Set(reads.map((read) => coarse(read.for)));
  const whos = new Set(reads.map((read) => whoOf(read.by)));
  const inOrder: Coarse[] = ["feed", "account", "social", "media", "moderation", "safety", "subject"];
  return {
    purposes: inOrder.filter((one) => purposes.has(one)),
    whos: (["staff", "feed", "server", "worker"] as const).filter((one) => whos.has(one)),
  };
}

/** The local midnight before a moment. */
export function midnight(at_ms: number): number {
  const day = new Date(at_ms);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** The days on which something was read, newest first; people's reads stand first in a day, then the most frequent. */
export function days(reads: Read[]): Day[] {
  const found = new Map<number, Map<string, Line>>();
  for (const read of reads) {
    const at_ms = midnight(read.at);
    const lines = found.get(at_ms) ?? new Map<string, Line>();
    found.set(at_ms, lines);
    const id = JSON.stringify([read.for, read.by, read.case ?? "", read.from ?? ""]);
    const line = lines.get(id) ?? lineOf(id, read);
    lines.set(id, line);
    line.reads.push(read);
  }
  return [...found]
    .map(([at_ms, lines]) => dayOf(at_ms, [...lines.values()]))
    .sort((one, other) => other.at_ms - one.at_ms);
}

function lineOf(id: string, read: Read): Line {
  const { by, case: number, from } = read;
  return { id, purpose: read.for, by, ...(number && { case: number }), ...(from && { from }), reads: [] };
}

function dayOf(at_ms: number, lines: Line[]): Day {
  const rank = (line: Line) => (whoOf(line.by) === "staff" ? 1 : 0);
  lines.sort((one, other) => rank(other) - rank(one) || other.reads.length - one.reads.length);
  return { at_ms, lines, count: lines.reduce((sum, line) => sum + line.reads.length, 0) };
}

/** The kinds of data that a line's reads touched, most frequent first. */
export function classesOf(line: Line): string[] {
  const counts = new Map<string, number>();
  for (const read of line.reads) for (const one of read.of) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([name]) => name);
}

/** Reads a day over the last thirty days, or a week where they go back further. */
export function chart(reads: Read[], now_ms: number): Chart {
  const today = midnight(now_ms);
  const first = reads[0]?.at ?? now_ms;
  const step = today - first < DAYS_SHOWN * DAY_MS ? "day" : "week";
  const width = step === "day" ? 1 : 7;
  const wanted = step === "day" ? DAYS_SHOWN : WEEKS_SHOWN_MAX;
  const starts = Array.from({ length: wanted }, (_, index) => before(today, (wanted - 1 - index) * width));
  const bars = starts.map((at_ms) => ({ at_ms, software: 0, people: 0 }));
  for (const read of reads) {
    const bar = bars.findLast((one) => one.at_ms <= read.at);
    if (!bar) continue;
    if (whoOf(read.by) === "staff") bar.people += 1;
    else bar.software += 1;
  }
  const sum = (pick: (bar: Bar) => number) => bars.reduce((all, bar) => all + pick(bar), 0);
  const people = sum((bar) => bar.people);
  return {
    step,
    bars,
    most: Math.max(1, ...bars.map((bar) => bar.software + bar.people)),
    total: people + sum((bar) => bar.software),
    people,
  };
}

// Days by the calendar: the ones on which clocks change are not 24 hours long.
function before(day_ms: number, days: number): number {
  const day = new Date(day_ms);
  day.setDate(day.getDate() - days);
  return day.getTime();
}
