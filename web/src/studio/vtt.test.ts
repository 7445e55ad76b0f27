import { describe, expect, it } from "vitest";
import { readCaptions, vttFrom } from "./vtt";

const GOOD =
  "WEBVTT - made by hand\n\nNOTE hello\n\n1\n00:01.000 --> 00:02.500 align:start\nHello\nthere\n\n01:00:00.000 --> 01:00:01.000\nBye\n";

describe("a captions file", () => {
  it("is read into its cues", () => {
    expect(readCaptions(GOOD)).toEqual({
      cues: [
        { startMs: 1000, endMs: 2500, text: "Hello\nthere" },
        { startMs: 3_600_000, endMs: 3_601_000, text: "Bye" },
      ],
      problem: null,
    });
    expect(readCaptions(`\uFEFF${GOOD.replaceAll("\n", "\r\n")}`).cues).toHaveLength(2);
  });

  it("is refused with the line that is wrong", () => {
    expect(readCaptions("hello").problem).toEqual({ code: "no_header", line: 1 });
    expect(readCaptions("WEBVTT\n\nhello").problem).toMatchObject({ code: "no_cues" });
    expect(readCaptions("WEBVTT\n\n00:01 --> 00:02\nx").problem).toEqual({ code: "bad_time", line: 3 });
    expect(readCaptions("WEBVTT\n\n00:02.000 --> 00:01.000\nx").problem).toEqual({
      code: "ends_first",
      line: 3,
    });
    expect(readCaptions(`WEBVTT\n${"x".repeat(513 * 1024)}`).problem?.code).toBe("too_large");
  });

  it("may come as SubRip", () => {
    const srt =
      "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n1,234 birds\r\n";
    const read = readCaptions(vttFrom(srt));
    expect(read.cues?.map((cue) => [cue.startMs, cue.text])).toEqual([
      [1000, "Hello"],
      [3000, "1,234 birds"],
    ]);
    expect(vttFrom("plain text")).toBe("plain text");
    expect(vttFrom(GOOD)).toBe(GOOD);
  });
});
