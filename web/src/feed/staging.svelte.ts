/** The feed on stage: which video is in view, what it does, and what is told about it. Drawn by Stage.svelte. */

import { happened } from "../events/events";
import { Deck } from "./deck.svelte";
import type { Entry, Feed } from "./feed.svelte";
import type { Player, PlayerEvent } from "./player.svelte";
import { settings } from "./settings.svelte";
import { Watch } from "./watch";

export type Sheet = "comments" | "why" | "more" | "share" | "keys" | "report";

export class Stage {
  readonly feed: Feed;
  readonly deck: Deck;
  /** True when the person paused; a video that waits for data is not paused. */
  paused = $state(false);
  sheet = $state<Sheet | null>(null);
  /** Called when another video comes into view, so that the screen can say so. */
  onarrive: (entry: Entry, index: number) => void = () => undefined;

  #watch: Watch | null = null;
  #watching: Entry | null = null;
  #swiped = false;
  #sought: { key: string; commentId: string } | null = null;

  constructor(feed: Feed) {
    this.feed = feed;
    this.deck = new Deck((index) => feed.entries[index]?.card);
    this.deck.onevent = (event) => this.#heard(event);
  }

  get entry(): Entry | undefined {
    return this.feed.current;
  }

  get player(): Player {
    return this.deck.at(this.feed.index);
  }

  get edges(): { before: boolean; after: boolean } {
    return { before: this.feed.index > 0, after: this.feed.index < this.feed.last };
  }

  /** Brings an entry into view: it plays from this very call on. */
  goTo(index: number): void {
    const to = Math.min(Math.max(0, index), this.feed.last);
    if (to === this.feed.index) return;
    performance.mark("swipe", { detail: { index: to } });
    this.#swiped = true;
    // The next video starts before anything else is done: what is told and drawn comes behind it.
    const coming = this.feed.entries[to];
    this.deck.show(to, coming !== undefined && document.visibilityState === "visible");
    this.#leave();
    this.feed.moveTo(to);
    this.#arrive();
  }

  next = (): void => this.goTo(this.feed.index + 1);
  previous = (): void => this.goTo(this.feed.index - 1);

  /** Follows the entries as they come and change. */
  sync(): void {
    if (this.entry && this.#watching?.key !== this.entry.key) this.#arrive();
    else this.deck.pump();
  }

  togglePlay = (): void => {
    this.paused = !this.paused;
    if (!this.entry) return;
    if (this.paused) {
      this.player.pause();
      this.#tell("paused");
    } else this.player.play();
  };

  toggleSound = (): void => {
    const audible = !settings.audible;
    settings.sound = audible;
    this.player.tune();
    if (!this.paused && this.entry) this.player.play();
    if (audible) this.#tell("unmuted");
  };

  setSpeed(speed: number): void {
    settings.speed = speed;
    this.player.tune();
  }

  seekBy(seconds: number): void {
    const { video } = this.player;
    if (video) this.player.seek(video.currentTime + seconds);
  }

  /** Opens a panel; asking why is an event of its own, since the answer is part of the product. */
  open(sheet: Sheet | null): void {
    this.sheet = sheet;
    if (sheet === "why") this.#tell("reasons_opened");
  }

  /** Opens the comments of the video in view at one comment. */
  openAt(commentId: string, beside: boolean): void {
    if (!this.entry) return;
    this.#sought = { key: this.entry.key, commentId };
    if (beside) settings.side = "comments";
    else this.open("comments");
  }

  /** The comment that an entry was opened for. */
  commentOf(entry: Entry): string | null {
    return this.#sought?.key === entry.key ? this.#sought.commentId : null;
  }

  /** Tries the video in view again after it failed. */
  retry(): void {
    const { entry, player } = this;
    if (!entry) return;
    player.unload();
    this.deck.show(this.feed.index, true);
  }

  /** The page went out of sight: what was watched is told, and the picture stands. */
  hide(): void {
    this.player.pause();
    this.#watch?.plays(this.#position_ms());
    this.#watch?.report();
  }

  show(): void {
    if (!this.paused && this.entry) this.player.play();
  }

  /** The screen is left. */
  end(): void {
    this.#leave();
    this.deck.end();
  }

  #arrive(): void {
    const { entry } = this;
    this.paused = false;
    this.#watching = entry ?? null;
    const swiped = this.#swiped;
    this.#swiped = false;
    if (!swiped)
      this.deck.show(this.feed.index, entry !== undefined && document.visibilityState === "visible");
    if (!entry) return;
    this.#watch = new Watch(entry.card.video.duration_ms, (kind, told) => {
      happened(kind, this.#about(entry, told));
      if (kind === "finished" || kind === "skipped") this.feed.learned();
    });
    const watch = this.#watch;
    this.#firstFrame(watch, swiped);
    this.onarrive(entry, this.feed.index);
  }

  #leave(): void {
    if (this.#watch) this.#watch.plays(this.#position_ms());
    this.#watch?.leave();
    this.#watch = null;
    this.#watching = null;
  }

  #position_ms(): number {
    return (this.player.video?.currentTime ?? 0) * 1000;
  }

  // Two measures of a swipe. "Picture": the decoded first frame of the next video is in view. "First frame": the
  // first frame after it, so the video moves.
  #firstFrame(watch: Watch, swiped: boolean): void {
    const { video, framed } = this.player;
    if (swiped && framed)
      requestAnimationFrame(() => performance.measure("swipe-to-picture", { start: "swipe" }));
    const seen = (at_ms: number) => {
      if (this.#watch !== watch) return;
      watch.shown();
      performance.mark("first-frame", { startTime: at_ms, detail: { index: this.feed.index } });
      if (!swiped) return;
      performance.measure("swipe-to-first-frame", { start: "swipe", end: "first-frame" });
      if (!framed) performance.measure("swipe-to-picture", { start: "swipe", end: "first-frame" });
    };
    if (!video) return;
    if ("requestVideoFrameCallback" in video)
      video.requestVideoFrameCallback((now_ms, frame) => seen(Math.min(now_ms, frame.presentationTime)));
    else
      (video as HTMLVideoElement).addEventListener("playing", () => seen(performance.now()), { once: true });
  }

  #heard(event: PlayerEvent): void {
    const at_ms = this.#position_ms();
    if (event === "progress" || event === "stopped") this.#watch?.plays(at_ms);
    if (event === "sought") this.#watch?.jumps(at_ms);
  }

  #tell(kind: "paused" | "unmuted" | "reasons_opened"): void {
    if (this.entry) happened(kind, this.#about(this.entry, {}));
  }

  #about(entry: Entry, told: { watched_ms?: number; loops?: number }) {
    const page = entry.page_id ? { page_id: entry.page_id, position: entry.position } : {};
    return { item_id: entry.card.id, ...page, ...told };
  }
}
