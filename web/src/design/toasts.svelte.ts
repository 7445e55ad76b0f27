/** Short notes at the edge of the screen: what was done, with a way back where there is one. */

export type Tone = "plain" | "harm";
export type ToastOptions = {
  undo?: () => void;
  action?: { label: string; run: () => void };
  tone?: Tone;
  life_ms?: number;
  /** What it is about: a newer note about the same takes its place. */
  about?: string;
};
export type Toast = ToastOptions & { id: number; text: string };

const LIFE_MS = 5000;
const SHOWN_MAX = 2;

let last = 0;
const shown = $state<Toast[]>([]);

/** The notes on screen, oldest first. */
export const toasts = (): readonly Toast[] => shown;

/** Takes a note away. */
export function dismiss(id: number): void {
  const at = shown.findIndex((one) => one.id === id);
  if (at >= 0) shown.splice(at, 1);
}

/** Shows a note for five seconds (or its own life) and gives its id; one with the same text or subject makes room. */
export function toast(text: string, options: ToastOptions = {}): number {
  const { about } = options;
  const same = shown.find((one) => one.text === text || (about !== undefined && one.about === about));
  if (same) dismiss(same.id);
  last += 1;
  const id = last;
  shown.push({ ...options, id, text });
  while (shown.length > SHOWN_MAX) shown.shift();
  setTimeout(() => dismiss(id), options.life_ms ?? LIFE_MS);
  return id;
}
