import { expect, test } from "vitest";
import { match } from "./match";

test("a handle is read from its address", () => {
  expect(match("/@:handle", "/@ada")).toEqual({ handle: "ada" });
  expect(match("/@:handle/video/:id", "/@ada/video/12")).toEqual({ handle: "ada", id: "12" });
});

test("an address that says more or less than the pattern does not fit", () => {
  expect(match("/@:handle", "/@ada/video/12")).toBeNull();
  expect(match("/t/:tag", "/t")).toBeNull();
  expect(match("/@:handle", "/@")).toBeNull();
  expect(match("/", "/upload")).toBeNull();
});

test("a star takes the rest, also when there is none", () => {
  expect(match("/settings/*", "/settings/privacy/blocked")).toEqual({ rest: "privacy/blocked" });
  expect(match("/settings/*", "/settings")).toEqual({ rest: "" });
});

test("letters beyond ASCII survive the address", () => {
  expect(match("/t/:tag", "/t/k%C3%A4se")).toEqual({ tag: "käse" });
});
