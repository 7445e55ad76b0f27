import { describe, expect, it } from "vitest";
import type { Verdict } from "../api/types";
import { judgeOf } from "./verdict";

const verdict: Verdict = { decision: "keep", note: "", at_ms: 0, by: "mo" };

describe("who decided", () => {
  it("is named by handle, as you, or as somebody who is gone", () => {
    expect(judgeOf(verdict, "ada")).toEqual({ key: "moderation.by", values: { handle: "mo" } });
    expect(judgeOf(verdict, "mo").key).toBe("moderation.by_you");
    expect(judgeOf({ ...verdict, by: null }, undefined).key).toBe("moderation.by_gone");
  });
});
