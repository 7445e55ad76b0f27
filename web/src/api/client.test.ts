import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { en } from "../i18n/en";
import { call, get } from "./client";

let online = true;
const answers: (() => Promise<Response>)[] = [];
const asked = vi.fn(() => (answers.shift() ?? refused)());
const refused = () => Promise.reject(new TypeError("refused"));
const ok = () => Promise.resolve(Response.json({ fine: true }));
const proxy = () => Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502 }));
const ours = () => Promise.resolve(Response.json({ code: "disk_full" }, { status: 503 }));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", asked);
  vi.stubGlobal("navigator", {
    get onLine() {
      return online;
    },
  });
  asked.mockClear();
  answers.length = 0;
  online = true;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What a call comes to, with all its waiting passed over, and how long that was. */
async function outcome(made: Promise<unknown>): Promise<{ came: unknown; ms: number }> {
  const began = Date.now();
  const settled = made.catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return { came: await settled, ms: Date.now() - began };
}

it("reads go on through a restart of some seconds", async () => {
  answers.push(refused, proxy, refused, refused, ok);
  const { came, ms } = await outcome(get("/api/feed"));
  expect(came).toEqual({ fine: true });
  expect(ms).toBeGreaterThanOrEqual(5000);
});

it("says after ten seconds that it is the server that is away, and not the person's network", async () => {
  const { came, ms } = await outcome(get("/api/feed"));
  expect(came).toMatchObject({ code: "away", message: en["error.away"], away: true });
  expect(ms).toBe(10_000);
});

it("says at once that there is no network where there is none", async () => {
  online = false;
  const { came, ms } = await outcome(get("/api/feed"));
  expect(came).toMatchObject({ code: "offline", message: en["error.offline"] });
  expect([ms, asked.mock.calls.length]).toEqual([0, 1]);
});

it("what changes something is not sent twice", async () => {
  answers.push(refused);
  expect((await outcome(call("POST", "/api/videos/1/comments", {}))).came).toMatchObject({ away: true });
  expect(asked).toHaveBeenCalledTimes(1);
});

it("a server that answers that it cannot is asked twice more, and its own reason is told", async () => {
  answers.push(ours, ours, ours);
  const { came } = await outcome(get("/api/feed"));
  expect(came).toMatchObject({ code: "disk_full", away: false });
  expect(asked).toHaveBeenCalledTimes(3);
});
