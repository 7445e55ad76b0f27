import { expect, test } from "vitest";
import { ApiError } from "../api/client";
import { wasCancelled } from "./calls";
import { asOwner, proof } from "./owner.svelte";

const refusedOnce = () => {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries === 1) throw new ApiError(403, "proof_needed", "Sign in once more.");
    return tries;
  };
};

test("what needs a fresh sign-in asks for one and is then done", async () => {
  const done = asOwner(refusedOnce());
  await expect.poll(() => proof.wanted).toBe(true);
  proof.answer(true);
  expect(await done).toBe(2);
  expect(proof.wanted).toBe(false);
});

test("who would rather not sign in has cancelled, and nothing is done", async () => {
  const done = asOwner(refusedOnce()).catch((error: unknown) => error);
  await expect.poll(() => proof.wanted).toBe(true);
  proof.answer(false);
  expect(wasCancelled(await done)).toBe(true);
});

test("what is refused for another reason asks for nothing", async () => {
  const refusal = new ApiError(422, "handle_mismatch", "Not yours.");
  await expect(asOwner(() => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(proof.wanted).toBe(false);
});
