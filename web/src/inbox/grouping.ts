// Owns how notices are told: those that say the same of the same video within a day become one line, and lines stand under days.

import type { Notice, Person } from "../api/types";

export type NoticeGroup = {
  id: string;
  kind: Notice["kind"];
  actors: Person[];
  /** How many people or acts the line speaks of; at least as many as the actors named. */
  count: number;
  itemId: string | null;
  poster: string | null;
  commentId: string | null;
  comment: string | null;
  latestMs: number;
  read: boolean;
};

export type Day = "today" | "yesterday" | "week" | "earlier";

const DAY_MS = 86_400_000;

// Likes and follows are counted; a comment, a reply or a mention is somebody's words and stands alone.
const COUNTED = new Set<Notice["kind"]>(["like", "follow", "access"]);

/** Notices, newest first, with the like ones joined. Nothing is lost: the counts add up to those of the notices. */
export function grouped(notices: Notice[]): NoticeGroup[] {
  const groups: NoticeGroup[] = [];
  for (const notice of [...notices].sort((a, b) => b.created_at_ms - a.created_at_ms)) {
    const home = groups.find((group) => joins(group, notice));
    if (home === undefined) groups.push(alone(notice));
    else join(home, notice);
  }
  return groups;
}

function joins(group: NoticeGroup, notice: Notice): boolean {
  const near = group.latestMs - notice.created_at_ms < DAY_MS;
  return (
    COUNTED.has(notice.kind) &&
    group.kind === notice.kind &&
    group.itemId === notice.item_id &&
    group.read === notice.read &&
    near
  );
}

function alone(notice: Notice): NoticeGroup {
  return {
    id: notice.id,
    kind: notice.kind,
    actors: notice.actor === null ? [] : [notice.actor],
    count: Math.max(1, notice.count),
    itemId: notice.item_id,
    poster: notice.poster,
    commentId: notice.comment_id,
    comment: notice.comment,
    latestMs: notice.created_at_ms,
    read: notice.read,
  };
}

function join(group: NoticeGroup, notice: Notice): void {
  const actor = notice.actor;
  if (actor !== null && !group.actors.some((one) => one.id === actor.id)) group.actors.push(actor);
  group.count += Math.max(1, notice.count);
  group.poster ??= notice.poster;
}

/** Groups under the day they belong to, in order; days with nothing are left out. */
export function byDay(groups: NoticeGroup[], nowMs: number): { day: Day; groups: NoticeGroup[] }[] {
  const days: Day[] = ["today", "yesterday", "week", "earlier"];
  return days
    .map((day) => ({ day, groups: groups.filter((group) => dayOf(group.latestMs, nowMs) === day) }))
    .filter((entry) => entry.groups.length > 0);
}

/** Which heading a time stands under, by the calendar of the person's own clock. */
export function dayOf(atMs: number, nowMs: number): Day {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  if (atMs >= midnight) return "today";
  if (atMs >= midnight - DAY_MS) return "yesterday";
  if (atMs >= midnight - 6 * DAY_MS) return "week";
  return "earlier";
}

/** Notices with one that came over the live socket put in; one that is already there is replaced. */
export function withNotice(notices: Notice[], notice: Notice): Notice[] {
  return [notice, ...notices.filter((one) => one.id !== notice.id)];
}
