/** What the network was last seen to carry, in bits a second, kept from video to video and from visit to visit. */

const KEY = "plainview.bandwidth";
const FIRST_GUESS_BPS = 3_000_000;
const BPS_MIN = 200_000;

let estimate_bps = read();

function read(): number {
  try {
    return Number(localStorage.getItem(KEY)) || FIRST_GUESS_BPS;
  } catch {
    return FIRST_GUESS_BPS;
  }
}

/** The estimate the next video starts from. */
export const bandwidth = (): number => estimate_bps;

/** Takes over what a player measured. */
export function measured(bps: number): void {
  if (!Number.isFinite(bps) || bps <= 0) return;
  estimate_bps = Math.max(BPS_MIN, Math.round(bps));
  try {
    localStorage.setItem(KEY, String(estimate_bps));
  } catch {
    // Without storage the next visit starts from the first guess.
  }
}
