import { describe, expect, it } from "vitest";
import { fileKey, unfitDuration, unfitFile } from "./fitness";

const limits = {
  upload_bytes_max: 1000,
  duration_ms_min: 3000,
  duration_ms_max: 600_000,
  caption_chars_max: 500,
};

describe("a file before it is sent", () => {
  it("is refused when it is empty, too large or plainly not a video", () => {
    expect(unfitFile({ name: "a.mp4", size: 0, type: "video/mp4" }, limits)?.code).toBe("empty");
    expect(unfitFile({ name: "a.mp4", size: 1001, type: "video/mp4" }, limits)).toEqual({
      code: "too_large",
      limit: 1000,
    });
    expect(unfitFile({ name: "a.txt", size: 5, type: "text/plain" }, limits)?.code).toBe("not_video");
  });

  it("passes when only its name says that it is a video", () => {
    expect(unfitFile({ name: "CLIP.MKV", size: 5, type: "" }, limits)).toBeNull();
  });

  it("is held to the limits of length at both ends, when the length is known", () => {
    expect(unfitDuration(2999, limits)?.code).toBe("too_short");
    expect(unfitDuration(3000, limits)).toBeNull();
    expect(unfitDuration(600_000, limits)).toBeNull();
    expect(unfitDuration(600_001, limits)?.code).toBe("too_long");
    expect(unfitDuration(null, limits)).toBeNull();
    expect(unfitDuration(Infinity, limits)).toBeNull();
  });

  it("is another file for another person", () => {
    const file = { name: "a.mp4", size: 5, lastModified: 1 };
    expect(fileKey(file, "1")).not.toBe(fileKey(file, "2"));
  });
});
