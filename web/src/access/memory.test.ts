import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { recall, remember, sameKeys } from "./memory";

const keys = { origin: "log", region: 1, log_key: "k", witness_keys: ["a", "b"], quorum: 2 };
const seen = { size: 3, root: "r", log_size: 9, log_root: "s" };

test("what was seen is remembered for each person apart", async () => {
  expect(await recall("1")).toBeNull();
  await remember({ person: "1", at_ms: 5, seen, keys });
  await remember({ person: "2", at_ms: 6, seen: { ...seen, size: 4 }, keys });
  expect((await recall("1"))?.seen.size).toBe(3);
  expect((await recall("2"))?.seen.size).toBe(4);
});

test("another key, another witness or a lower quorum is noticed", () => {
  expect(sameKeys(keys, { ...keys })).toBe(true);
  for (const change of [{ log_key: "x" }, { witness_keys: ["a"] }, { quorum: 1 }, { origin: "y" }])
    expect(sameKeys(keys, { ...keys, ...change })).toBe(false);
});
