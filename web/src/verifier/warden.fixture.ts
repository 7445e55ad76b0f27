/** A warden in miniature: makes honest proof files, and on request dishonest ones, for the verifier's tests. */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, integer, join, toBase64, utf8 } from "./bytes";
import { labelOf, Rebuilding } from "./entries";
import { pairOf } from "./headmap";
import { Growing, hash, leafHash } from "./merkle";
import type { Read } from "./purposes";

export const ORIGIN = "log.example/eu";
export const PERSON = "4611686018427387905";
export const START_MS = 1_795_000_000_000;
const REGION = 1;

const filled = (length: number, seed: number): Bytes =>
  new Uint8Array(length).map((_, index) => (seed * 41 + index * 7 + 3) % 251);
const hex8 = (bytes: Uint8Array): string =>
  [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The sending side of HPKE, written apart from the receiving one (RFC 9180, base mode). */
export class Sealing {
  readonly enc: Bytes;
  readonly #key: Bytes;
  readonly #nonce: Bytes;
  #sequence = 0n;

  constructor(publicKey: Uint8Array, ephemeral: Uint8Array, info: Uint8Array) {
    this.enc = x25519.getPublicKey(ephemeral) as Bytes;
    const version = utf8("HPKE-v1");
    const none = new Uint8Array();
    const kem = new Uint8Array([0x4b, 0x45, 0x4d, 0x00, 0x20]);
    const suite = new Uint8Array([0x48, 0x50, 0x4b, 0x45, 0x00, 0x20, 0x00, 0x01, 0x00, 0x03]);
    const agreed = x25519.getSharedSecret(ephemeral, publicKey);
    const pull = (id: Bytes, salt: Uint8Array, label: string, input: Uint8Array) =>
      extract(sha256, join(version, id, utf8(label), input), salt);
    const push = (id: Bytes, secret: Uint8Array, label: string, about: Uint8Array, length: number) =>
      expand(
        sha256,
        secret,
        join(new Uint8Array([0, length]), version, id, utf8(label), about),
        length,
      ) as Bytes;
    const shared = push(
      kem,
      pull(kem, none, "eae_prk", agreed),
      "shared_secret",
      join(this.enc, publicKey),
      32,
    );
    const about = join(
      new Uint8Array([0]),
      pull(suite, none, "psk_id_hash", none),
      pull(suite, none, "info_hash", info),
    );
    const secret = pull(suite, shared, "secret", none);
    this.#key = push(suite, secret, "key", about, 32);
    this.#nonce = push(suite, secret, "base_nonce", about, 12);
  }

  seal(plain: Uint8Array, aad: Uint8Array): Bytes {
    const nonce = this.#nonce.slice();
    const view = new DataView(nonce.buffer);
    view.setBigUint64(4, view.getBigUint64(4) ^ this.#sequence);
    this.#sequence += 1n;
    return chacha20poly1305(this.#key, nonce, aad).encrypt(plain) as Bytes;
  }
}

type Signer = { vkey: string; line: (body: string) => string };

function signer(name: string, seed: number, type: number): Signer {
  const secret = filled(32, seed);
  const typed = join(new Uint8Array([type]), ed25519.getPublicKey(secret));
  const id = hash(utf8(`${name}\n`), typed).slice(0, 4);
  const seconds = Math.floor(START_MS / 1000);
  return {
    vkey: `${name}+${hex8(id)}+${toBase64(typed)}`,
    line: (body) => {
      if (type === 1) return `\u2014 ${name} ${toBase64(join(id, ed25519.sign(utf8(body), secret)))}\n`;
      const message = utf8(`cosignature/v1\ntime ${seconds}\n${body}`);
      return `\u2014 ${name} ${toBase64(join(id, integer(seconds, 8), ed25519.sign(message, secret)))}\n`;
    },
  };
}

export type Wish = {
  reads: Partial<Read>[];
  /** How many bodies one context serves. */
  each?: number;
  /** Other entries in the log before the heads. */
  others?: number;
  /** Another person in the map; none means that this person is alone in it. */
  neighbour?: boolean;
  /** What stands in a body beside what should. */
  spoil?: (body: Record<string, unknown>, n: number) => Record<string, unknown>;
  witnesses?: number;
  signed?: number[];
  quorum?: number;
};

const privateKey = (): Bytes => {
  const key = filled(32, 5);
  key[0] = (key[0] ?? 0) & 248;
  key[31] = ((key[31] ?? 0) & 127) | 64;
  return key;
};

function bodyOf(read: Partial<Read>, n: number): Read {
  const whole = { n, at: START_MS + n * 1000, by: "feed", for: "feed.rank", of: ["interests"], ...read };
  return { ...whole, n };
}

type Sealed = {
  contexts: { enc: string; bodies: string[] }[];
  tree: Growing;
  entries: Bytes[];
  last_ms: number;
};

function sealAll(wish: Wish, secret: Bytes, tagKey: Bytes): Sealed {
  const rebuilding = new Rebuilding(tagKey, REGION);
  const tree = new Growing();
  const all: Sealed = { contexts: [], tree, entries: [], last_ms: START_MS };
  let before: Bytes = new Uint8Array(32);
  let sealing: Sealing | null = null;
  for (const [n, wanted] of wish.reads.entries()) {
    if (n % (wish.each ?? 1000) === 0) {
      const info = utf8(`plainview body/1 ${ORIGIN}`);
      sealing = new Sealing(x25519.getPublicKey(secret), filled(32, 60 + (n % 97)), info);
      all.contexts.push({ enc: toBase64(sealing.enc), bodies: [] });
    }
    const read = bodyOf(wanted, n);
    const said = wish.spoil?.({ ...read }, n) ?? read;
    const sealed = (sealing as Sealing).seal(utf8(JSON.stringify(said)), before);
    const entry = rebuilding.entry({ ...read, ...(said as Partial<Read>) } as Read, sealed);
    before = leafHash(entry);
    tree.add(before);
    all.entries.push(entry);
    all.contexts.at(-1)?.bodies.push(toBase64(sealed));
    all.last_ms = Math.max(all.last_ms, read.at);
  }
  return all;
}

const bit = (key: Uint8Array, at: number) => ((key[at >> 3] ?? 0) >> (7 - (at % 8))) & 1;

// A map of at most two people: as many steps down as their keys share, and one more.
function mapOf(own: { key: Bytes; value: Bytes }, isThere: boolean, neighbour: boolean) {
  const other = pairOf(hash(utf8("somebody else")), { size: 3, root: hash(utf8("their root")) });
  const pair = ({ key, value }: { key: Bytes; value: Bytes }) => hash(new Uint8Array([0]), key, value);
  const base = (bytes: Bytes) => toBase64(bytes);
  if (!neighbour)
    return { root: isThere ? pair(own) : new Uint8Array(32), proof: { siblings: [], other: null } };
  if (!isThere) {
    return { root: pair(other), proof: { siblings: [], other: [base(other.key), base(other.value)] } };
  }
  let depth = 0;
  while (bit(own.key, depth) === bit(other.key, depth)) depth += 1;
  const ends = bit(own.key, depth) ? [pair(other), pair(own)] : [pair(own), pair(other)];
  let root = hash(new Uint8Array([1]), ...ends);
  const siblings = [pair(other)];
  for (let at = depth - 1; at >= 0; at -= 1) {
    const empty = new Uint8Array(32);
    root = hash(new Uint8Array([1]), ...(bit(own.key, at) ? [empty, root] : [root, empty]));
    siblings.unshift(empty as Bytes);
  }
  return { root, proof: { siblings: siblings.map(base), other: null } };
}

function rootOf(leaves: Bytes[]): Bytes {
  const tree = new Growing();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

// The path of the last leaf, from the leaf upwards: the roots of the full subtrees beside it.
function pathOfLast(leaves: Bytes[]): Bytes[] {
  if (leaves.length <= 1) return [];
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return [...pathOfLast(leaves.slice(split)), rootOf(leaves.slice(0, split))];
}

/** A proof file as an object; write it with JSON.stringify. */
export function make(wish: Wish) {
  const tag_key = filled(32, 9);
  const secret = privateKey();
  const sealed = sealAll(wish, secret, tag_key);
  const head = { size: sealed.tree.size, root: sealed.tree.root() };
  const map = mapOf(pairOf(labelOf(tag_key, PERSON), head), head.size > 0, wish.neighbour ?? true);
  const heads = join(
    new Uint8Array([1, 2]),
    integer(Math.floor(sealed.last_ms / 60_000), 4),
    new Uint8Array([REGION]),
    integer(2, 8),
    integer(head.size + 3, 8),
    map.root,
  );
  const noise = Array.from({ length: wish.others ?? 4 }, (_, index) => hash(utf8(`other entry ${index}`)));
  const leaves = [...noise, ...sealed.entries.map(leafHash), leafHash(heads)];
  const body = `${ORIGIN}\n${leaves.length}\n${toBase64(rootOf(leaves))}\n`;
  const log = signer(ORIGIN, 21, 1);
  const witnesses = Array.from({ length: wish.witnesses ?? 3 }, (_, index) =>
    signer(`w${index}.example/witness`, 31 + index, 4),
  );
  const lines = (wish.signed ?? [0, 1, 2]).map((index) => witnesses[index]?.line(body) ?? "");
  return {
    format: "plainview-proof/1",
    origin: ORIGIN,
    region: REGION,
    log_key: log.vkey,
    witness_keys: witnesses.map((one) => one.vkey),
    quorum: wish.quorum ?? 2,
    person: PERSON,
    tag_key: toBase64(tag_key),
    private_key: toBase64(secret),
    contexts: sealed.contexts,
    heads: toBase64(heads),
    heads_proof: pathOfLast(leaves).map(toBase64),
    map: map.proof,
    checkpoint: `${body}\n${log.line(body)}${lines.join("")}`,
  };
}

/** The file's bytes. */
export const written = (file: unknown): Bytes => utf8(JSON.stringify(file));

/** This many plain reads. */
export const reads = (count: number): Partial<Read>[] => Array.from({ length: count }, () => ({}));
