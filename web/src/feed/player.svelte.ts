/** One <video> and what feeds it. Four of these are reused for the whole feed. */

import type Hls from "hls.js";
import type { Card } from "../api/types";
import { measured } from "./bandwidth";
import { bufferGoal, hlsConfig, hlsLibrary, type HlsKind } from "./hls";
import { settings } from "./settings.svelte";

export type Phase = "idle" | "loading" | "ready" | "failed";
export type Failure = "network" | "gone" | "media";
export type PlayerEvent = "playing" | "stopped" | "progress" | "sought" | "ready" | "failed";

const MEDIA_RECOVERIES_MAX = 2;

export class Player {
  phase = $state<Phase>("idle");
  painted = $state(false);
  paused = $state(true);
  waiting = $state(false);
  duration_s = $state(0);
  failure = $state<Failure | null>(null);
  card = $state.raw<Card | null>(null);
  video: HTMLVideoElement | null = null;
  /** True once a frame of this video was handed to the screen, also while it waits out of view. */
  framed = false;
  on: (event: PlayerEvent, player: Player) => void = () => undefined;

  #hls: Hls | null = null;
  #watched = false;
  #wanted = false;
  #held = false;
  #turn = 0;
  #recoveries = 0;

  /** Takes over the element; what it returns lets go of it. */
  attach = (video: HTMLVideoElement): (() => void) => {
    this.video = video;
    const undo = this.#listen(video);
    return () => {
      undo();
      this.unload();
      this.video = null;
    };
  };

  /** Makes the element play this card; the same card again changes nothing. */
  async load(card: Card, watched: boolean): Promise<void> {
    if (this.card?.id === card.id && this.phase !== "failed") return;
    this.unload();
    const turn = this.#turn;
    this.card = card;
    this.phase = "loading";
    this.#watched = watched;
    this.duration_s = card.video.duration_ms / 1000;
    const Library = await hlsLibrary;
    if (turn !== this.#turn || !this.video) return;
    this.video.requestVideoFrameCallback?.(() => (this.framed ||= turn === this.#turn));
    if (Library.isSupported()) this.#loadHls(Library, card);
    else this.video.src = card.video.playlist;
    if (this.#wanted) void this.#start();
  }

  /** Lets go of the video; the element stays. */
  unload(): void {
    this.#turn += 1;
    this.#hls?.destroy();
    this.#hls = null;
    this.#wanted = this.#held = false;
    this.#recoveries = 0;
    if (this.video && this.card) {
      this.video.removeAttribute("src");
      this.video.load();
    }
    this.card = null;
    this.phase = "idle";
    this.failure = null;
    this.painted = this.waiting = this.framed = false;
    this.paused = true;
  }

  /** Plays as the video in view: with its sound, its whole buffer and the chosen speed. */
  focus(): void {
    this.#watched = true;
    this.#goal();
    this.release();
    this.play();
  }

  /** Stops and goes back to the first frame, so that coming back shows it at once. */
  rest(): void {
    this.#wanted = false;
    this.#watched = false;
    this.#goal();
    const video = this.video;
    if (!video) return;
    video.pause();
    video.muted = true;
    if (video.readyState > 0 && video.currentTime > 0) video.currentTime = 0;
  }

  /** Leaves the network to the video in view until released. */
  hold(): void {
    if (this.phase !== "loading" || !this.#hls) return;
    this.#held = true;
    this.#hls.stopLoad();
  }

  release(): void {
    // Starting a load that already runs would throw away the segment under way.
    if (this.#held) this.#hls?.startLoad(-1);
    this.#held = false;
  }

  play(): void {
    this.#wanted = true;
    if (this.phase !== "idle") void this.#start();
  }

  pause(): void {
    this.#wanted = false;
    this.video?.pause();
  }

  seek(to_s: number): void {
    if (!this.video) return;
    this.video.currentTime = Math.min(Math.max(0, to_s), Math.max(0, this.duration_s - 0.05));
    this.on("sought", this);
  }

  /** Applies sound and speed as they are chosen now. */
  tune(): void {
    if (!this.video) return;
    this.video.muted = !settings.audible;
    this.video.playbackRate = settings.speed;
  }

  /** Seconds that can be played from here without the network. */
  ahead_s(): number {
    const video = this.video;
    if (!video) return 0;
    for (let index = 0; index < video.buffered.length; index += 1) {
      const end = video.buffered.end(index);
      if (video.buffered.start(index) <= video.currentTime + 0.2 && end > video.currentTime)
        return end - video.currentTime;
    }
    return 0;
  }

  /** True when the rest of the clip, or a few seconds of it, is here. */
  get comfortable(): boolean {
    const video = this.video;
    if (!video || this.phase !== "ready") return false;
    return this.ahead_s() >= Math.min(4, Math.max(0, this.duration_s - video.currentTime - 0.3));
  }

  async #start(): Promise<void> {
    const video = this.video;
    if (!video) return;
    this.tune();
    try {
      await video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      if (video.muted) return;
      // The browser wants a touch first: the video plays silently and says how to hear it.
      settings.blocked = true;
      video.muted = true;
      await video.play().catch(() => undefined);
    }
  }

  #goal(): void {
    if (!this.#hls) return;
    const goal = bufferGoal(this.#watched, settings.saving);
    this.#hls.config.maxBufferLength = goal;
    this.#hls.config.maxMaxBufferLength = goal;
  }

  #loadHls(Library: HlsKind, card: Card): void {
    const hls = new Library(hlsConfig(this.#watched, settings.saving, this.duration_s));
    this.#hls = hls;
    if (settings.saving) hls.autoLevelCapping = 0;
    hls.on(Library.Events.FRAG_LOADED, () => measured(hls.bandwidthEstimate));
    hls.on(Library.Events.ERROR, (_, data) => {
      if (!data.fatal) return;
      const status = data.response?.code;
      const gone = status === 404 || status === 403 || status === 410;
      if (gone && data.details === Library.ErrorDetails.MANIFEST_LOAD_ERROR) this.#fail("gone");
      else if (data.type === Library.ErrorTypes.MEDIA_ERROR && this.#recoveries < MEDIA_RECOVERIES_MAX) {
        this.#recoveries += 1;
        hls.recoverMediaError();
      } else this.#fail(data.type === Library.ErrorTypes.NETWORK_ERROR ? "network" : "media");
    });
    hls.loadSource(card.video.playlist);
    if (this.video) hls.attachMedia(this.video);
  }

  #fail(failure: Failure): void {
    this.phase = "failed";
    this.failure = failure;
    this.waiting = false;
    this.on("failed", this);
  }

  #listen(video: HTMLVideoElement): () => void {
    const stop = new AbortController();
    const { signal } = stop;
    const hear = (name: keyof HTMLMediaElementEventMap, run: () => void) =>
      video.addEventListener(name, run, { signal });
    hear("loadeddata", () => {
      this.painted = true;
      this.phase = "ready";
      this.duration_s = Number.isFinite(video.duration) ? video.duration : this.duration_s;
      this.on("ready", this);
    });
    hear("durationchange", () => {
      if (Number.isFinite(video.duration) && video.duration > 0) this.duration_s = video.duration;
    });
    hear("playing", () => {
      this.paused = this.waiting = false;
      this.on("playing", this);
    });
    hear("pause", () => {
      this.paused = true;
      this.on("stopped", this);
    });
    hear("waiting", () => {
      // The seek of a loop also says "waiting" for a moment; only a lack of data counts.
      if (this.#wanted && video.readyState < 3) this.waiting = true;
      this.on("stopped", this);
    });
    hear("canplay", () => (this.waiting = false));
    hear("timeupdate", () => !video.seeking && this.on("progress", this));
    hear("error", () => {
      if (video.error && !this.#hls) this.#fail(video.error.code === 2 ? "network" : "media");
    });
    return () => stop.abort();
  }
}
