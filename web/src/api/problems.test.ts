import { afterEach, expect, it } from "vitest";
import { de } from "../i18n/de";
import { en } from "../i18n/en";
import { setLanguage } from "../i18n/t.svelte";
import { saidOf, told } from "./problems";

// Node has no such storage; the language is kept in memory then.
globalThis.localStorage ??= { setItem: () => undefined } as unknown as Storage;
afterEach(() => setLanguage("en"));

const short = {
  code: "password_length",
  detail: "A password has 8 to 200 characters.",
  fields: { password: "A password has 8 to 200 characters." },
  numbers: { least: 8, most: 200 },
} as const;

it("says a refusal in the person's language, with its numbers, at the field too", () => {
  setLanguage("de");
  const sentence = "Ein Passwort hat 8 bis 200 Zeichen.";
  expect(told(short)).toEqual({ sentence, fields: { password: sentence } });
});

it("keeps the server's own words for a code that the catalogue does not know", () => {
  setLanguage("de");
  expect(saidOf("made_up_since", "Something new.")).toBe("Something new.");
  expect(saidOf(null, null)).toBe(de["error.server"]);
});

it("keeps the server's words where the numbers of a sentence did not come", () => {
  expect(saidOf("name_too_long", "A name has at most 50 characters.")).toBe(
    "A name has at most 50 characters.",
  );
});

it("says in English which of the many facts behind a general code it is", () => {
  expect(saidOf("not_found", "That report is not there.")).toBe("That report is not there.");
  setLanguage("de");
  expect(saidOf("not_found", "That report is not there.")).toBe(de["problem.not_found"]);
});

it("names the same numbers in both languages", () => {
  const holes = (message: unknown) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort();
  const keys = Object.keys(en).filter((key) => key.startsWith("problem.")) as (keyof typeof en)[];
  expect(keys.filter((key) => String(holes(en[key])) !== String(holes(de[key])))).toEqual([]);
});
