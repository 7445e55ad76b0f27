import { describe, expect, it } from "vitest";
import type { Processing } from "../api/types";
import { isRefused, journeyOf, processingJourney } from "./journey";
import { paceFrom } from "./pace";
import type { Upload } from "./queue";

const upload: Upload = {
  key: "a",
  name: "a.mp4",
  size: 1000,
  sent: 0,
  state: "sending",
  itemId: null,
  cause: null,
  unfit: false,
  pace: paceFrom(0, 0),
  processing: null,
};
const processing: Processing = {
  state: "waiting",
  percent: 0,
  eta_s: null,
  playable: false,
  cause: null,
  code: null,
  attempts: 0,
};

describe("the way from the first byte to a ready video", () => {
  it("never goes backwards", () => {
    const steps = [
      journeyOf(upload),
      journeyOf({ ...upload, sent: 500 }),
      journeyOf({ ...upload, sent: 1000, state: "sent" }),
      journeyOf({ ...upload, sent: 1000, state: "sent", processing }),
      journeyOf({
        ...upload,
        sent: 1000,
        state: "sent",
        processing: { ...processing, state: "first", percent: 20 },
      }),
      journeyOf({
        ...upload,
        sent: 1000,
        state: "sent",
        processing: { ...processing, state: "encoding", percent: 60, playable: true },
      }),
      journeyOf({
        ...upload,
        sent: 1000,
        state: "sent",
        processing: { ...processing, state: "ready", percent: 100, playable: true },
      }),
    ];
    const fractions = steps.map((step) => step.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(steps.map((step) => step.stage)).toEqual([
      "sending",
      "sending",
      "processing",
      "processing",
      "processing",
      "playable",
      "ready",
    ]);
  });

  it("names the cause when processing fails and offers a retry", () => {
    const failed = processingJourney({
      ...processing,
      state: "failed",
      cause: "There is no picture in this file.",
    });
    expect(failed).toMatchObject({
      stage: "failed",
      cause: "There is no picture in this file.",
      mayRetry: true,
    });
  });

  it("ends with a file that is refused, and goes on where another try can help", () => {
    const after = (code: Processing["code"]) =>
      isRefused(processingJourney({ ...processing, state: "failed", code, cause: "Because." }));
    expect(after("media.not_a_video")).toBe(true);
    expect(after("media.too_long")).toBe(true);
    expect(after("media.failed")).toBe(false);
    expect(after("media.took_too_much")).toBe(false);
    expect(isRefused(journeyOf({ ...upload, state: "failed", unfit: true }))).toBe(true);
    expect(isRefused(journeyOf({ ...upload, state: "failed", cause: "The disk is full." }))).toBe(false);
  });
});
