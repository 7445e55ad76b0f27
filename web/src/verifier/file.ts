/** The proof file: read strictly, so that nothing stands in it that a later step does not check. */

import { base64, type Bytes, compact } from "./bytes";
import { insist } from "./failure";
import { HEADS_BYTES } from "./entries";
import type { MapProof, Pair } from "./headmap";
import { HASH_BYTES } from "./merkle";

export const FORMAT = "plainview-proof/1";
const KEY_BYTES = 32;
const WITNESSES_MAX = 64;
const PROOF_MAX = 256;
const PERSON = /^(?:0|[1-9][0-9]{0,19})$/;
const PERSON_MAX = 0xffff_ffff_ffff_ffffn;

export type Context = { enc: Bytes; bodies: Bytes[] };
export type ProofFile = {
  origin: string;
  region: number;
  log_key: string;
  witness_keys: string[];
  quorum: number;
  person: string;
  tag_key: Bytes;
  private_key: Bytes;
  contexts: Context[];
  heads: Bytes;
  heads_proof: Bytes[];
  map: MapProof;
  checkpoint: string;
};

const FIELDS = [
  "format",
  "origin",
  "region",
  "log_key",
  "witness_keys",
  "quorum",
  "person",
  "tag_key",
  "private_key",
  "contexts",
  "heads",
  "heads_proof",
  "map",
  "checkpoint",
];

type Fields = Record<string, unknown>;

function fields(value: unknown, names: string[], what: string): Fields {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  insist(isObject, "format", `${what} is no object`);
  const exact = Object.keys(value).join() === names.join();
  insist(exact, "format", `${what} has not exactly the fields ${names.join(", ")}, in this order`);
  return value as Fields;
}

function string(value: unknown, what: string): string {
  insist(typeof value === "string" && value !== "", "format", `${what} is no text`);
  return value;
}

function number(value: unknown, most: number, what: string): number {
  const fits = Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
  insist(fits, "format", `${what} is no number from 0 to ${most}`);
  return value as number;
}

function bytes(value: unknown, what: string, length?: number): Bytes {
  const found = typeof value === "string" ? base64(value) : null;
  insist(
    found && (length === undefined || found.length === length),
    "format",
    `${what} is not the right bytes`,
  );
  return found;
}

function list<T>(value: unknown, most: number, what: string, each: (one: unknown) => T): T[] {
  insist(Array.isArray(value) && value.length <= most, "format", `${what} is no list, or too long`);
  return value.map(each);
}

/** Bits that X25519 ignores have one value only, so that no two keys mean the same. */
function isClamped(key: Bytes): boolean {
  const [first = 0, last = 0] = [key[0], key[KEY_BYTES - 1]];
  return (first & 7) === 0 && (last & 0xc0) === 0x40;
}

function context(value: unknown): Context {
  const given = fields(value, ["enc", "bodies"], "a context");
  const bodies = list(given["bodies"], Infinity, "bodies", (one) => bytes(one, "a sealed body"));
  insist(bodies.length > 0, "format", "a context without a body");
  return { enc: bytes(given["enc"], "enc", KEY_BYTES), bodies };
}

function pair(value: unknown): Pair | null {
  if (value === null) return null;
  const both = list(value, 2, "other", (one) => bytes(one, "a part of other", HASH_BYTES));
  const [key, found] = both;
  insist(key && found, "format", "other is not a key and a value");
  return { key, value: found };
}

function mapProof(value: unknown): MapProof {
  const given = fields(value, ["siblings", "other"], "map");
  const siblings = list(given["siblings"], PROOF_MAX, "siblings", (one) =>
    bytes(one, "a sibling", HASH_BYTES),
  );
  return { siblings, other: pair(given["other"]) };
}

/** The proof that a file holds. Throws Failed("format"). */
export function proofOf(text: string): ProofFile {
  const value = compact(text);
  insist(value !== undefined, "format", "the file is not compact JSON, or says a field twice");
  const given = fields(value, FIELDS, "the file");
  insist(given["format"] === FORMAT, "format", `the format is not ${FORMAT}`);
  const person = string(given["person"], "person");
  insist(PERSON.test(person) && BigInt(person) <= PERSON_MAX, "format", "person is no id");
  const private_key = bytes(given["private_key"], "private_key", KEY_BYTES);
  insist(isClamped(private_key), "format", "private_key is not clamped");
  return {
    origin: string(given["origin"], "origin"),
    region: number(given["region"], 255, "region"),
    log_key: string(given["log_key"], "log_key"),
    witness_keys: list(given["witness_keys"], WITNESSES_MAX, "witness_keys", (one) => string(one, "a key")),
    quorum: number(given["quorum"], WITNESSES_MAX, "quorum"),
    person,
    tag_key: bytes(given["tag_key"], "tag_key", KEY_BYTES),
    private_key,
    contexts: list(given["contexts"], Infinity, "contexts", context),
    heads: bytes(given["heads"], "heads", HEADS_BYTES),
    heads_proof: list(given["heads_proof"], PROOF_MAX, "heads_proof", (one) =>
      bytes(one, "a hash of heads_proof", HASH_BYTES),
    ),
    map: mapProof(given["map"]),
    checkpoint: string(given["checkpoint"], "checkpoint"),
  };
}
