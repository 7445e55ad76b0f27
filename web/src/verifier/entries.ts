/** The log's entries as far as one person's proof needs them: reads, rebuilt from their bodies, and heads. */

import { type _HMAC, hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, compact, integer, join, text, toInteger, utf8 } from "./bytes";
import { Failed, insist } from "./failure";
import { hash, HASH_BYTES } from "./merkle";
import { type Coarse, coarse, PURPOSES, type Read } from "./purposes";

const VERSION = 1;
const READ = 1;
const HEADS = 2;
export const HEADS_BYTES = 1 + 1 + 4 + 1 + 8 + 8 + HASH_BYTES;
const TAG_BYTES = 16;
const READ_BYTES = 1 + 1 + 4 + 1 + 1 + TAG_BYTES + HASH_BYTES;
export const MINUTE_MS = 60_000;
const EPOCH_MAX = 0xffff_ffff;

export type Heads = { persons: number; reads: number; root: Bytes; epoch: number };

const REQUIRED = ["n", "at", "by", "for", "of"];
const ALLOWED = new Set([...REQUIRED, "case", "from", "count"]);
const WHO = /^(?:feed|server|worker|staff:[!-~\u{a0}-\u{10ffff}]+)$/u;
const CLASS = /^[a-z_]+$/;

function filled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function whole(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function decoded(bytes: Uint8Array): string {
  try {
    return text(bytes);
  } catch {
    throw new Failed("body", "a body is not UTF-8");
  }
}

function parsed(bytes: Uint8Array): Record<string, unknown> {
  const value = compact(decoded(bytes));
  insist(value !== undefined, "body", "a body is not compact JSON, or says a field twice");
  insist(typeof value === "object" && value !== null && !Array.isArray(value), "body", "a body is no object");
  return value as Record<string, unknown>;
}

function sorted(list: unknown): list is string[] {
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((one, index) => filled(one) && CLASS.test(one) && (index === 0 || list[index - 1] < one))
  );
}

/** The read that a body tells, strictly: every field of its kind, none unknown. Throws Failed("body"). */
export function readOf(bytes: Uint8Array): Read {
  const body = parsed(bytes);
  insist(
    REQUIRED.every((name) => Object.hasOwn(body, name)) &&
      Object.keys(body).every((name) => ALLOWED.has(name)),
    "body",
    "a body lacks a field or has an unknown one",
  );
  insist(whole(body["n"], 0), "body", "a body's number is no number");
  insist(
    whole(body["at"], 0) && Math.floor(body["at"] / MINUTE_MS) <= EPOCH_MAX,
    "body",
    "a body's time is no time",
  );
  insist(filled(body["by"]) && WHO.test(body["by"]), "body", "a body does not say who read");
  insist(filled(body["for"]) && coarse(body["for"]), "body", "a body's purpose is unknown");
  insist(sorted(body["of"]), "body", "a body's data classes are not a sorted list");
  for (const name of ["case", "from"])
    insist(!(name in body) || filled(body[name]), "body", `a body's ${name} is empty`);
  const count = body["count"];
  insist(count === undefined || whole(count, 2), "body", "a body's count is odd");
  return body as Read;
}

/** The minute since 1970 in which a read was booked. */
export const epochOf = (read: Read): number => Math.floor(read.at / MINUTE_MS);

type Keyed = _HMAC<ReturnType<typeof sha256.create>>;

/** The entry of a read, rebuilt from its body and sealed body. */
export class Rebuilding {
  readonly #region: number;
  readonly #keyed: Keyed;
  readonly #state: Keyed;

  constructor(tagKey: Uint8Array, region: number) {
    this.#region = region;
    this.#keyed = hmac.create(sha256, tagKey);
    this.#keyed.update(utf8("plainview tag"));
    this.#state = this.#keyed.clone();
  }

  /** What the log holds for this read, byte for byte. */
  entry(read: Read, sealed: Uint8Array): Bytes {
    const entry = new Uint8Array(READ_BYTES);
    const view = new DataView(entry.buffer);
    entry[0] = VERSION;
    entry[1] = READ;
    view.setUint32(2, epochOf(read));
    entry[6] = this.#region;
    entry[7] = PURPOSES[coarse(read.for) as Coarse];
    entry.set(this.#tag(read.n), 8);
    entry.set(hash(sealed), 8 + TAG_BYTES);
    return entry;
  }

  #tag(n: number): Uint8Array {
    const tag = new Uint8Array(HASH_BYTES);
    this.#keyed._cloneInto(this.#state);
    this.#state.update(integer(n, 8)).digestInto(tag);
    return tag.subarray(0, TAG_BYTES);
  }
}

/** The label under which the map knows this person, made with their tag key. */
export function labelOf(tagKey: Uint8Array, person: string): Bytes {
  const id = new Uint8Array(8);
  new DataView(id.buffer).setBigUint64(0, BigInt(person));
  return hmac(sha256, tagKey, join(utf8("plainview label"), id)) as Bytes;
}

/** What an entry of heads (HEADS_BYTES) says. Throws Failed("heads"). */
export function headsOf(entry: Uint8Array, region: number): Heads {
  insist(entry[0] === VERSION && entry[1] === HEADS, "heads", "the last entry is not of kind heads");
  insist(entry[6] === region, "heads", "the last entry is of another region");
  const persons = toInteger(entry.subarray(7, 15));
  const reads = toInteger(entry.subarray(15, 23));
  insist(persons !== null && reads !== null, "heads", "the last entry counts more than there can be");
  return { persons, reads, root: entry.slice(23) as Bytes, epoch: toInteger(entry.subarray(2, 6)) ?? 0 };
}
