import { expect, test } from "vitest";
import { WheelSteps } from "./wheel";

test("a trackpad push that rolls on for a second is one step", () => {
  const wheel = new WheelSteps();
  let steps = 0;
  for (let at = 0; at < 1000; at += 16) steps += wheel.step(90 * Math.exp(-at / 200) + 1, at);
  expect(steps).toBe(1);
});

test("two notches of a mouse wheel with a pause are two steps", () => {
  const wheel = new WheelSteps();
  expect(wheel.step(100, 0)).toBe(1);
  expect(wheel.step(100, 500)).toBe(1);
  expect(wheel.step(-100, 1000)).toBe(-1);
});

test("tiny movements add up before they count", () => {
  const wheel = new WheelSteps();
  expect(wheel.step(8, 0)).toBe(0);
  expect(wheel.step(8, 16)).toBe(0);
  expect(wheel.step(10, 32)).toBe(1);
});

test("a second push while the first still rolls is a second step", () => {
  const wheel = new WheelSteps();
  let steps = 0;
  for (let at = 0; at < 600; at += 16) steps += wheel.step(80 * Math.exp(-at / 150) + 1, at);
  for (let at = 600; at < 1200; at += 16) steps += wheel.step(80 * Math.exp(-(at - 600) / 150) + 1, at);
  expect(steps).toBe(2);
});
