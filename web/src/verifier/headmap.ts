/** The sparse map of heads: the root that a proof leads to, for a person who is in it and for one who is not. */

import { type Bytes, integer, join, same } from "./bytes";
import { insist } from "./failure";
import { hash, HASH_BYTES } from "./merkle";

export type Pair = { key: Bytes; value: Bytes };
export type MapProof = { siblings: Bytes[]; other: Pair | null };
export type Head = { size: number; root: Bytes };

const PAIR = new Uint8Array([0]);
const NODE = new Uint8Array([1]);
const HEAD = new Uint8Array([2]);
const EMPTY = new Uint8Array(HASH_BYTES);
const DEPTH_MAX = HASH_BYTES * 8;

const bit = (key: Uint8Array, at: number): number => ((key[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
const pairHash = ({ key, value }: Pair): Bytes => hash(PAIR, key, value);

/** The key of a label. */
export const keyOf = (label: Uint8Array): Bytes => hash(label);

/** The pair under which a person's head stands. */
export function pairOf(label: Bytes, head: Head): Pair {
  return { key: keyOf(label), value: hash(join(HEAD, label, integer(head.size, 8), head.root)) };
}

function folded(key: Uint8Array, end: Bytes, siblings: Bytes[]): Bytes {
  let root = end;
  for (const [index, sibling] of siblings.toReversed().entries()) {
    const right = bit(key, siblings.length - 1 - index);
    root = right ? hash(NODE, sibling, root) : hash(NODE, root, sibling);
  }
  return root;
}

function insistOnShape({ siblings }: MapProof): void {
  insist(siblings.length <= DEPTH_MAX, "map", "the proof is deeper than a key has bits");
  const last = siblings.at(-1);
  // A pair beside nothing would stand one step higher.
  insist(!last || !same(last, EMPTY), "map", "the proof goes on below where the map ends");
}

/** The root of a map that has exactly this pair, as far as the proof says. Throws Failed("map"). */
export function rootWith(pair: Pair, proof: MapProof): Bytes {
  insistOnShape(proof);
  return folded(pair.key, pairHash(pair), proof.siblings);
}

/** The root of a map that has nothing under this key, as far as the proof says. Throws Failed("map"). */
export function rootWithout(key: Bytes, proof: MapProof): Bytes {
  insistOnShape(proof);
  const { other, siblings } = proof;
  if (!other) return folded(key, EMPTY, siblings);
  insist(!same(other.key, key), "map", "the proof of absence ends in the person's own key");
  for (let at = 0; at < siblings.length; at += 1)
    insist(bit(other.key, at) === bit(key, at), "map", "the proof of absence ends on another path");
  return folded(key, pairHash(other), siblings);
}

/** Holds when the map under this root has exactly this head for the label. Throws Failed. */
export function insistOnHead(root: Bytes, label: Bytes, head: Head, proof: MapProof): void {
  insist(proof.other === null, "head", "the map is said to lack a person who has entries");
  const found = rootWith(pairOf(label, head), proof);
  insist(same(found, root), "map", "the proof does not lead from this person's head to the map's root");
}

/** Holds when the map under this root has nothing for the label. Throws Failed("map"). */
export function insistOnAbsence(root: Bytes, label: Bytes, proof: MapProof): void {
  const found = rootWithout(keyOf(label), proof);
  insist(same(found, root), "map", "the proof of absence does not lead to the map's root");
}
