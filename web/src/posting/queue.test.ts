import { describe, expect, it } from "vitest";
import { paceAt, paceFrom, secondsLeft } from "./pace";
import { queueAfter, startable, unfinished, type QueueEvent, type Upload } from "./queue";

function played(events: [QueueEvent, number?][]): Upload[] {
  return events.reduce<Upload[]>((queue, [event, now]) => queueAfter(queue, event, now ?? 0), []);
}

const added = (key: string, size = 1000): [QueueEvent] => [{ type: "added", key, name: `${key}.mp4`, size }];

describe("the upload queue", () => {
  it("starts two at once, in the order they came", () => {
    const queue = played([added("a"), added("b"), added("c")]);
    expect(startable(queue, 2)).toEqual(["a", "b"]);
    const running = queueAfter(queue, { type: "started", key: "a" }, 0);
    expect(startable(running, 2)).toEqual(["b"]);
  });

  it("adds the same file once", () => {
    expect(played([added("a"), added("a")])).toHaveLength(1);
  });

  it("goes on by itself after the connection comes back, but not with what a person paused", () => {
    const queue = played([
      added("a"),
      added("b"),
      [{ type: "started", key: "a" }],
      [{ type: "paused", key: "b" }],
      [{ type: "offline" }],
    ]);
    expect(queue.map((one) => one.state)).toEqual(["offline", "paused"]);
    expect(startable(queue, 2)).toEqual([]);
    const back = queueAfter(queue, { type: "online" }, 0);
    expect(startable(back, 2)).toEqual(["a"]);
  });

  it("keeps progress inside the file and forgets a pause once all is sent", () => {
    const queue = played([
      added("a", 10),
      [{ type: "progressed", key: "a", sent: 99 }],
      [{ type: "sent", key: "a" }],
      [{ type: "paused", key: "a" }],
    ]);
    expect(queue[0]).toMatchObject({ sent: 10, state: "sent" });
    expect(unfinished(queue)).toBe(false);
  });

  it("keeps a refused file with its cause and never starts it", () => {
    const queue = played([[{ type: "refused", key: "x", name: "x.txt", size: 1, cause: "not a video" }]]);
    expect(queue[0]?.cause).toBe("not a video");
    expect(startable(queue, 2)).toEqual([]);
  });

  it("hands processing to the upload of that item only", () => {
    const processing = {
      state: "encoding" as const,
      percent: 40,
      eta_s: 9,
      playable: true,
      cause: null,
      code: null,
      attempts: 1,
    };
    const queue = played([
      added("a"),
      added("b"),
      [{ type: "created", key: "b", itemId: "7" }],
      [{ type: "processing", itemId: "7", processing }],
    ]);
    expect(queue.map((one) => one.processing?.percent ?? null)).toEqual([null, 40]);
  });
});

describe("the pace of an upload", () => {
  it("says nothing until it knows, then the time left", () => {
    const start = paceFrom(0, 0);
    expect(secondsLeft(start, 5000)).toBeNull();
    const known = paceAt(start, 1000, 1000);
    expect(secondsLeft(known, 5000)).toBe(5);
    expect(secondsLeft(known, 0)).toBe(0);
  });

  it("follows a connection that slows down within about ten seconds", () => {
    let pace = paceFrom(0, 0);
    let bytes = 0;
    for (let s = 1; s <= 10; s++) pace = paceAt(pace, (bytes += 1000), s * 1000);
    for (let s = 11; s <= 40; s++) pace = paceAt(pace, (bytes += 100), s * 1000);
    expect(pace.bytesPerSecond).toBeGreaterThan(99);
    expect(pace.bytesPerSecond).toBeLessThan(160);
  });
});
