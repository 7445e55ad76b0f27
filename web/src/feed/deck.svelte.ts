/** The four players of a feed: one behind, the one in view, two ahead; who loads when, and which one plays. */

import type { Card } from "../api/types";
import { Player, type PlayerEvent } from "./player.svelte";
import { settings } from "./settings.svelte";
import { SLOTS, slotOf } from "./slots";

// Rewinding the last video and loading the one after next would take the machine's time from the first frame.
const SETTLE_MS = 350;

export class Deck {
  readonly players: Player[] = Array.from({ length: SLOTS }, () => new Player());
  onevent: (event: PlayerEvent, player: Player) => void = () => undefined;

  #cards: (index: number) => Card | undefined;
  #index = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(cards: (index: number) => Card | undefined) {
    this.#cards = cards;
    for (const player of this.players) player.on = (event, from) => this.#heard(event, from);
  }

  /** The player that shows an entry while it is within reach of the one in view. */
  at(index: number): Player {
    return this.players[slotOf(index)] as Player;
  }

  get current(): Player {
    return this.at(this.#index);
  }

  /** Moves on to an entry: its player starts in this very call. All else waits until its picture moves. */
  show(index: number, playing: boolean): void {
    const before = this.current;
    this.#index = index;
    const now = this.current;
    const card = this.#cards(index);
    if (card) void now.load(card, true);
    if (card && playing) now.focus();
    if (before !== now) before.pause();
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#settle(), SETTLE_MS);
  }

  /** Lets go of every video; the elements stay. */
  end(): void {
    clearTimeout(this.#later);
    for (const player of this.players) player.unload();
  }

  #settle(): void {
    for (const player of this.players) if (player !== this.current) player.rest();
    this.pump();
  }

  /** Loads what is next in order, one at a time, so that the video in view never waits for one that is not. */
  pump(): void {
    const order = settings.saving ? [1] : [1, 2, -1];
    const current = this.current;
    if (!current.comfortable && current.phase !== "failed") return;
    for (const step of order) {
      const card = this.#cards(this.#index + step);
      if (!card) continue;
      const player = this.at(this.#index + step);
      if (player.card?.id !== card.id) {
        void player.load(card, false);
        return;
      }
      if (player.phase === "loading") {
        player.release();
        return;
      }
    }
  }

  #heard(event: PlayerEvent, from: Player): void {
    const current = from === this.current;
    if (current && event === "stopped" && from.waiting)
      for (const other of this.players) if (other !== from) other.hold();
    if (event === "ready" || event === "failed" || event === "progress") this.pump();
    if (current) this.onevent(event, from);
  }
}
