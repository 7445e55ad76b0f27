/** What a person chose about playback, kept on this device: sound, captions, speed, saving data. */

const KEY = "plainview.playback";
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

type Kept = {
  sound: boolean | null;
  captions: boolean;
  data_saver: boolean;
  side: "why" | "comments" | "none";
};
const fresh: Kept = { sound: null, captions: false, data_saver: false, side: "why" };

function read(): Kept {
  try {
    return { ...fresh, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>) };
  } catch {
    return { ...fresh };
  }
}

const kept = $state<Kept>(read());
const passing = $state({ speed: 1, blocked: false, offered: false });

function keep(change: Partial<Kept>): void {
  Object.assign(kept, change);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser without storage forgets the choice; it holds until the page is left.
  }
}

const saysSaveData = (): boolean =>
  (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;

export const settings = {
  /** Sound wanted: null until the person says so. */
  get sound(): boolean | null {
    return kept.sound;
  },
  set sound(value: boolean | null) {
    passing.blocked = false;
    keep({ sound: value });
  },
  /** True when the browser refused to play with sound until the person touches the page. */
  get blocked(): boolean {
    return passing.blocked;
  },
  set blocked(value: boolean) {
    passing.blocked = value;
  },
  /** Whether videos play with sound right now. */
  get audible(): boolean {
    return kept.sound === true && !passing.blocked;
  },
  /** True once sound was offered in words on this visit; from then on the small sign is enough. */
  get offered(): boolean {
    return passing.offered;
  },
  set offered(value: boolean) {
    passing.offered = value;
  },
  get captions(): boolean {
    return kept.captions;
  },
  set captions(value: boolean) {
    keep({ captions: value });
  },
  get data_saver(): boolean {
    return kept.data_saver;
  },
  set data_saver(value: boolean) {
    keep({ data_saver: value });
  },
  /** True when the person or their system asks to save data. */
  get saving(): boolean {
    return kept.data_saver || saysSaveData();
  },
  get speed(): number {
    return passing.speed;
  },
  set speed(value: number) {
    passing.speed = value;
  },
  /** What stands beside the video on a wide screen. */
  get side(): Kept["side"] {
    return kept.side;
  },
  set side(value: Kept["side"]) {
    keep({ side: value });
  },
};
