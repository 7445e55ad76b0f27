/** The course of one look at "Who read my data": fetch the proof, check it, remember what was seen. */

import { file, get } from "../api/client";
import { check } from "../verifier/check";
import type { Proven, Refused } from "../verifier/verify";
import { nameRegions } from "./words";
import { type Keys, type Memory, recall, remember, sameKeys } from "./memory";

/** A region's log, as the server names it. */
export type LogRegion = {
  name: string;
  number: number;
  origin: string;
  log_key: string;
  witness_keys: string[];
  quorum: number;
  checkpoint_url: string;
};
export type LogReply = { regions: LogRegion[]; client_manifest_hash: string | null };

export type View =
  | { step: "fetching" }
  | { step: "checking"; done: number; of: number | null }
  | {
      step: "proven";
      proof: Blob;
      proven: Proven;
      took_ms: number;
      at_ms: number;
      last_ms: number | null;
      kept: boolean;
    }
  | { step: "refused"; proof: Blob; refused: Refused }
  | { step: "changed"; was: Keys; is: Keys }
  | { step: "failed"; error: unknown };

const BEGAN = "plainview.check";
const CHECKED = "plainview.checked";

type Person = { id: string; region: string };

const keysOf = ({ origin, number, log_key, witness_keys, quorum }: LogRegion): Keys => ({
  origin,
  region: number,
  log_key,
  witness_keys,
  quorum,
});

const unknownRegion = (): Error => new Error("The server names no log for your region.");

export class AccessView {
  view = $state.raw<View>({ step: "fetching" });
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  /** Looks once. With `newKeys` the server's present keys are taken, whatever this device saw before. */
  async look(newKeys = false): Promise<void> {
    this.view = { step: "fetching" };
    try {
      const [proof, log, memory] = await Promise.all([
        file("/api/me/access-log"),
        get<LogReply>("/api/transparency/log"),
        recall(this.#person.id),
      ]);
      nameRegions(log.regions);
      const region = log.regions.find((one) => one.name === this.#person.region);
      if (!region) throw unknownRegion();
      const keys = keysOf(region);
      if (memory && !newKeys && !sameKeys(memory.keys, keys))
        this.view = { step: "changed", was: memory.keys, is: keys };
      else await this.#check(proof, keys, newKeys ? null : memory);
    } catch (error) {
      this.view = { step: "failed", error };
    }
  }

  async #check(proof: Blob, keys: Keys, memory: Memory | null): Promise<void> {
    this.view = { step: "checking", done: 0, of: null };
    const { id } = this.#person;
    performance.mark(BEGAN);
    const { verdict, took_ms } = await check(
      proof,
      { ...keys, person: id },
      memory?.seen ?? null,
      (done, of) => (this.view = { step: "checking", done, of }),
    );
    // What the benchmark reads: from the file at hand to the verdict, the verifier's start included.
    performance.measure(CHECKED, BEGAN);
    if (!verdict.ok) {
      this.view = { step: "refused", proof, refused: verdict };
      return;
    }
    const at_ms = Date.now();
    const kept = await remember({ person: id, at_ms, seen: verdict.remember, keys });
    const last_ms = memory?.at_ms ?? null;
    this.view = { step: "proven", proof, proven: verdict, took_ms, at_ms, last_ms, kept };
  }
}
