import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { dropFile, forget, keepFile, keptFile, KEPT_BYTES_MAX, records, remember } from "./records";

function store(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (name: string) => held.get(name) ?? null,
    setItem: (name: string, value: string) => void held.set(name, value),
    removeItem: (name: string) => void held.delete(name),
    clear: () => held.clear(),
    key: () => null,
    length: 0,
  };
}

describe("what is known of uploads after a reload", () => {
  it("is their address and item, until they are through", () => {
    const here = store();
    remember("k", { name: "a.mp4", size: 5 }, here);
    remember("k", { url: "/api/uploads/1", itemId: "7" }, here);
    expect(records(here)["k"]).toMatchObject({ name: "a.mp4", size: 5, url: "/api/uploads/1", itemId: "7" });
    forget("k", here);
    expect(records(here)).toEqual({});
  });

  it("ends after a week, when the server has thrown the rest away", () => {
    const here = store();
    remember("k", { atMs: 0 }, here);
    expect(records(here, 8 * 86_400_000)).toEqual({});
  });

  it("survives a store that holds nonsense", () => {
    const here = store();
    here.setItem("plainview.uploads", "{nonsense");
    expect(records(here)).toEqual({});
  });

  it("includes the file itself when it is not too large", async () => {
    const file = new File(["hello"], "a.mp4");
    expect(await keepFile("k", file)).toBe(true);
    expect(await (await keptFile("k"))?.text()).toBe("hello");
    await dropFile("k");
    expect(await keptFile("k")).toBeNull();
    expect(await keepFile("big", { size: KEPT_BYTES_MAX + 1 } as File)).toBe(false);
  });
});
