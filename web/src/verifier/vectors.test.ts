/** The specification's own test vectors, each of them. */
import { describe, expect, test } from "vitest";
import written from "../../../docs/trust/vectors.json?raw";
import { base64, type Bytes, toBase64, utf8 } from "./bytes";
import { headsOf, labelOf, readOf } from "./entries";
import { keyOf, type MapProof, pairOf, rootWith, rootWithout } from "./headmap";
import { Opening } from "./hpke";
import { Growing, leafHash, rootOfInclusion } from "./merkle";
import { logKey, openCheckpoint, witnessKey } from "./note";
import { verify } from "./verify";

type Pair = [string, string];
type ProofCase = { name: string; after: string | null; file: string; expect?: string };
type Vectors = {
  entries: {
    name: string;
    epoch: number;
    region: number;
    persons: number;
    reads: number;
    hash: string;
    entry: string;
    leaf: string;
  }[];
  bodies: { body: string }[];
  trees: {
    leaves: string[];
    roots: string[];
    inclusion: { index: number; size: number; proof: string[] }[];
  };
  secrets: {
    person: string;
    tag_key: string;
    label: string;
    key: string;
    size: number;
    root: string;
    value: string;
  }[];
  map: { pairs: Pair[]; root: string; proofs: { key: string; siblings: string[]; other: Pair | null }[] }[];
  hpke: {
    private_key: string;
    info: string;
    enc: string;
    messages: { aad: string; plain: string; sealed: string }[];
  };
  notes: { log: { vkey: string }; witness: { vkey: string; time: number }; note: string };
  proofs: ProofCase[];
  wrong: ProofCase[];
};

const vectors = JSON.parse(written) as Vectors;
const bytes = (text: string): Bytes => {
  const found = base64(text);
  if (!found) throw new Error(`not base64: ${text}`);
  return found;
};

test("entries hash to their leaves, and heads say what they count", () => {
  for (const { entry, leaf } of vectors.entries) expect(toBase64(leafHash(bytes(entry)))).toBe(leaf);
  const heads = vectors.entries.find((one) => one.name === "heads");
  expect(heads && headsOf(bytes(heads.entry), heads.region)).toMatchObject({
    persons: heads?.persons,
    reads: heads?.reads,
    epoch: heads?.epoch,
  });
});

test("bodies are read", () => {
  for (const { body } of vectors.bodies) expect(JSON.stringify(readOf(utf8(body)))).toBe(body);
});

test("trees have their roots, and proofs of inclusion lead there", () => {
  const { leaves, roots, inclusion } = vectors.trees;
  const tree = new Growing();
  expect(toBase64(tree.root())).toBe(roots[0]);
  for (const [index, leaf] of leaves.entries()) {
    tree.add(leafHash(bytes(leaf)));
    expect(toBase64(tree.root())).toBe(roots[index + 1]);
  }
  for (const { index, size, proof } of inclusion) {
    const root = rootOfInclusion(leafHash(bytes(leaves[index] ?? "")), index, size, proof.map(bytes));
    expect(root && toBase64(root)).toBe(roots[size]);
  }
});

test("a person's secrets give their label, key and value", () => {
  for (const { person, tag_key, label, key, size, root, value } of vectors.secrets) {
    const made = labelOf(bytes(tag_key), person);
    expect(toBase64(made)).toBe(label);
    expect(toBase64(keyOf(made))).toBe(key);
    expect(toBase64(pairOf(made, { size, root: bytes(root) }).value)).toBe(value);
  }
});

test("the map's proofs lead to its root, for keys that are in it and for keys that are not", () => {
  let [present, absent] = [0, 0];
  for (const { pairs, root, proofs } of vectors.map)
    for (const { key, siblings, other } of proofs) {
      const pair = (given: Pair | null | undefined) =>
        given ? { key: bytes(given[0]), value: bytes(given[1]) } : null;
      const proof: MapProof = { siblings: siblings.map(bytes), other: pair(other) };
      const own = pair(pairs.find(([one]) => one === key));
      if (own) present += 1;
      else absent += 1;
      expect(toBase64(own ? rootWith(own, proof) : rootWithout(bytes(key), proof))).toBe(root);
    }
  expect(Math.min(present, absent)).toBeGreaterThan(3);
});

test("sealed messages open in order", () => {
  const { private_key, info, enc, messages } = vectors.hpke;
  const context = new Opening(bytes(enc), bytes(private_key), utf8(info));
  for (const { aad, plain, sealed } of messages)
    expect(toBase64(context.open(bytes(sealed), bytes(aad)))).toBe(plain);
});

test("the note is signed by its log and its witness", () => {
  const { log, witness, note } = vectors.notes;
  const opened = openCheckpoint(note, logKey(log.vkey), [witnessKey(witness.vkey)], 1);
  expect(opened).toMatchObject({ size: 20852163, cosigned: 1, cosigned_s: witness.time });
});

describe("proof files", () => {
  const before = (after: string | null) => {
    const earlier = vectors.proofs.find((one) => one.name === after);
    const verdict = earlier ? verify(utf8(earlier.file)) : null;
    return verdict?.ok ? verdict.remember : null;
  };
  test.each(vectors.proofs)("$name: holds", ({ file, after }) => {
    expect(verify(utf8(file), {}, before(after))).toMatchObject({ ok: true });
  });
  test.each(vectors.wrong)("$name: $expect", ({ file, after, expect: word }) => {
    expect(verify(utf8(file), {}, before(after))).toMatchObject({ ok: false, word });
  });
});
