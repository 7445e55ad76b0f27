// Owns the birth date as the form sees it. The server keeps the age band only; the date itself is sent once and not stored.

export type BirthVerdict = "ok" | "incomplete" | "impossible" | "too_young";

export const AGE_MIN = 13;
const AGE_MAX = 120;

/** Age in whole years on a day, both given as year, month (1 to 12) and day. */
export function ageOn(birth: [number, number, number], today: [number, number, number]): number {
  const years = today[0] - birth[0];
  const before = today[1] < birth[1] || (today[1] === birth[1] && today[2] < birth[2]);
  return before ? years - 1 : years;
}

/** What is to be said about a birth date written as YYYY-MM-DD. */
export function birthVerdict(text: string, now: Date): BirthVerdict {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return "incomplete";
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return "impossible";
  const age = ageOn([year, month, day], [now.getFullYear(), now.getMonth() + 1, now.getDate()]);
  if (age < 0 || age > AGE_MAX) return "impossible";
  return age < AGE_MIN ? "too_young" : "ok";
}

/** Year, month and day put together as YYYY-MM-DD, or "" while one is missing. */
export function birthText(year: string, month: string, day: string): string {
  if (!/^\d{4}$/.test(year) || month === "" || day === "") return "";
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
