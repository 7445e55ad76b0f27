import { describe, expect, it } from "vitest";
import { ageOn, birthText, birthVerdict } from "./birth";
import { handleText, handleVerdict, passwordVerdict } from "./credentials";
import { entryAfter, entryFor, type Entry, type EntryEvent } from "./entry";

function played(mode: "in" | "up", events: EntryEvent[]): Entry {
  return events.reduce(entryAfter, entryFor(mode));
}

describe("coming in", () => {
  it("offers the passkey first and the password second", () => {
    expect(entryFor("in")).toMatchObject({ step: "choose", mode: "in" });
    expect(played("in", [{ type: "password" }])).toMatchObject({ step: "password" });
  });

  it("goes back to where it was sent from when it is refused, with what to mend", () => {
    expect(
      played("in", [
        { type: "password" },
        { type: "send", way: "password" },
        { type: "refused", error: "no" },
      ]),
    ).toEqual({
      step: "password",
      mode: "in",
      error: "no",
    });
    expect(
      played("up", [
        { type: "send", way: "passkey" },
        { type: "refused", error: "no", fields: { handle: "taken" } },
      ]),
    ).toEqual({
      step: "details",
      mode: "up",
      error: "no",
      fields: { handle: "taken" },
    });
  });

  it("says nothing against a person who closes the passkey window", () => {
    expect(played("in", [{ type: "send", way: "passkey" }, { type: "cancelled" }])).toEqual({
      step: "choose",
      mode: "in",
      error: null,
    });
  });

  it("is not shaken by a second press or a late answer", () => {
    const busy = played("in", [{ type: "send", way: "passkey" }]);
    expect(entryAfter(busy, { type: "send", way: "password" })).toBe(busy);
    expect(entryAfter(busy, { type: "mode", mode: "up" })).toBe(busy);
    const done = entryAfter(busy, { type: "accepted" });
    expect(entryAfter(done, { type: "refused", error: "late" })).toBe(done);
    expect(entryAfter(entryFor("in"), { type: "accepted" })).toEqual(entryFor("in"));
  });
});

describe("a birth date", () => {
  const now = new Date(2026, 10, 21);

  it("is old enough on the thirteenth birthday and not the day before", () => {
    expect(birthVerdict("2013-11-21", now)).toBe("ok");
    expect(birthVerdict("2013-11-22", now)).toBe("too_young");
    expect(ageOn([2000, 2, 29], [2026, 2, 28])).toBe(25);
  });

  it("must exist", () => {
    expect(birthVerdict("2001-02-30", now)).toBe("impossible");
    expect(birthVerdict("2027-01-01", now)).toBe("impossible");
    expect(birthVerdict("1850-01-01", now)).toBe("impossible");
    expect(birthVerdict("", now)).toBe("incomplete");
    expect(birthText("2001", "2", "3")).toBe("2001-02-03");
    expect(birthText("201", "2", "3")).toBe("");
  });
});

describe("a handle and a password", () => {
  it("are judged as the server will keep them", () => {
    expect(handleText(" @Ana ")).toBe("Ana");
    expect(handleVerdict("@Ana.b_1")).toBe("ok");
    expect(handleVerdict("an")).toBe("too_short");
    expect(handleVerdict("añ a")).toBe("letters");
    expect(handleVerdict(".ana")).toBe("letters");
    expect(handleVerdict("")).toBe("empty");
  });

  it("need length, not kinds of characters", () => {
    expect(passwordVerdict("correct horse", "ana")).toBe("ok");
    expect(passwordVerdict("Aa1!", "ana")).toBe("too_short");
    expect(passwordVerdict("ana_b_ana_b1", "ana_b")).toBe("handle_inside");
    expect(passwordVerdict("ana_b by the sea", "ana_b")).toBe("ok");
    expect(passwordVerdict("blau6haus", "")).toBe("ok");
  });
});
