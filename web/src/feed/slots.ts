/** Which of the four places holds which entry. An entry keeps its place while it is in reach, so no video is moved. */

export const SLOTS = 4;
const BEHIND = 1;

/** The place of an entry. */
export const slotOf = (index: number): number => ((index % SLOTS) + SLOTS) % SLOTS;

/** The entry that a place holds while `current` is in view: from one behind to two ahead. */
export function entryIn(slot: number, current: number): number {
  const first = current - BEHIND;
  return first + slotOf(slot - first);
}
