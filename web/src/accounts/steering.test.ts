import { beforeEach, expect, it, vi } from "vitest";
import type { Steering, SteeringWish } from "../api/types";

vi.stubGlobal("location", { search: "", protocol: "http:", host: "x" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined });
const { Wheel } = await import("./steering.svelte");
const { dismiss, toasts } = await import("../design/toasts.svelte");

const MIDDLE: Steering["sliders"] = { familiar: 0, followed: 0, popular: 0, fresh: 0, varied: 0 };
const SOURCES: Steering["sources"] = [
  { name: "similar", profiled: true, on: true },
  { name: "fresh", profiled: false, on: true },
];
let kept: Steering;
let wishes: SteeringWish[];
let steered: number;
let away: boolean;

const calls = {
  read: async () => kept,
  write: async (wish: SteeringWish) => {
    await Promise.resolve();
    if (away) throw new Error("away");
    wishes.push(wish);
    const sources = SOURCES.map((source) => ({ ...source, on: !wish.off.includes(source.name) }));
    return (kept = { sliders: { ...MIDDLE, ...wish.sliders }, sources });
  },
  steered: () => void (steered += 1),
};

beforeEach(() => {
  kept = { sliders: MIDDLE, sources: SOURCES };
  wishes = [];
  steered = 0;
  away = false;
  for (const one of [...toasts()]) dismiss(one.id);
});

async function atTheWheel() {
  const wheel = new Wheel(calls);
  await wheel.load();
  return wheel;
}

it("saves what is moved, and says so to the feed", async () => {
  const wheel = await atTheWheel();
  expect(wheel.moved).toBe(false);
  await wheel.move("fresh", -2);
  await wheel.flip("fresh", false);
  expect(kept.sliders.fresh).toBe(-2);
  expect(wishes.at(-1)).toEqual({ sliders: { ...MIDDLE, fresh: -2 }, off: ["fresh"] });
  expect([wheel.moved, wheel.saved, steered]).toEqual([true, true, 2]);
});

it("lets the last of many quick moves win, without a call for each", async () => {
  const wheel = await atTheWheel();
  await Promise.all([1, 2, 1, -1, -2].map((step) => wheel.move("varied", step)));
  expect(kept.sliders.varied).toBe(-2);
  expect(wishes.length).toBeLessThanOrEqual(2);
});

it("shows again what holds when it could not be saved", async () => {
  const wheel = await atTheWheel();
  await wheel.move("popular", 1);
  away = true;
  await wheel.move("popular", 2);
  expect(wheel.now?.sliders.popular).toBe(1);
  expect(toasts()).toHaveLength(1);
});

it("puts all in the middle, with a way back", async () => {
  const wheel = await atTheWheel();
  await wheel.move("popular", 1);
  await wheel.flip("similar", false);
  await wheel.reset();
  expect([kept.sliders, wheel.moved]).toEqual([MIDDLE, false]);
  expect(kept.sources[0]?.on, "a reset of the sliders leaves the sources alone").toBe(false);
  toasts()[0]?.undo?.();
  await vi.waitFor(() => expect(kept.sliders.popular).toBe(1));
});
