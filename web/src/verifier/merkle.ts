/** Hash trees of RFC 6962: leaves, nodes, a root that grows, and proofs of inclusion. */

import { sha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes";

export const HASH_BYTES = 32;
const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

// One state for all hashes: making a new one each time costs more than the hash itself.
const fresh = sha256.create();
const state = sha256.create();

/** The SHA-256 of the parts, one after the other. */
export function hash(...parts: Uint8Array[]): Bytes {
  fresh._cloneInto(state);
  for (const part of parts) state.update(part);
  const digest = new Uint8Array(HASH_BYTES);
  state.digestInto(digest);
  return digest;
}

export const leafHash = (entry: Uint8Array): Bytes => hash(LEAF, entry);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Bytes => hash(NODE, left, right);

/** A tree that only grows: it keeps the roots of the full subtrees, the largest first. */
export class Growing {
  #size = 0;
  #roots: Bytes[] = [];

  get size(): number {
    return this.#size;
  }

  /** Adds a leaf by its hash. */
  add(leaf: Bytes): void {
    let root = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2))
      root = nodeHash(this.#roots.pop() as Bytes, root);
    this.#roots.push(root);
    this.#size += 1;
  }

  /** The root over all leaves so far; the hash of nothing when there is none. */
  root(): Bytes {
    const [last, ...higher] = this.#roots.toReversed();
    if (!last) return hash();
    return higher.reduce((right, left) => nodeHash(left, right), last);
  }
}

/** The root that an inclusion proof leads to (siblings from the leaf upwards), or null when its length is wrong. */
export function rootOfInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  siblings: Bytes[],
): Bytes | null {
  if (index < 0 || index >= size) return null;
  let place = index;
  let last = size - 1;
  let root = leaf as Bytes;
  for (const sibling of siblings) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      root = nodeHash(sibling, root);
      while (place % 2 === 0 && place !== 0) {
        place = Math.floor(place / 2);
        last = Math.floor(last / 2);
      }
    } else root = nodeHash(root, sibling);
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : null;
}
