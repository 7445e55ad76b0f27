import { describe, expect, test } from "vitest";
import { base64, hex, toBase64, utf8 } from "./bytes";
import { Opening } from "./hpke";
import { Growing, leafHash, rootOfInclusion } from "./merkle";
import { verify } from "./verify";
import { make, PERSON, reads, START_MS, type Wish, written } from "./warden.fixture";

const check = (wish: Wish, change: (file: ReturnType<typeof make>) => unknown = (file) => file) =>
  verify(written(change(make(wish))));
const word = (verdict: ReturnType<typeof verify>) => (verdict.ok ? "ok" : verdict.word);

describe("an honest file is believed", () => {
  test.each([1, 2, 3, 4, 5, 7, 8, 64, 100])("with %i reads", (count) => {
    const verdict = check({ reads: reads(count), each: 7, others: count });
    expect(verdict).toMatchObject({ ok: true, person: PERSON, witnesses: 3, quorum: 2 });
    expect(verdict.ok && verdict.reads.length).toBe(count);
  });

  test("without a read, alone in the map or beside another", () => {
    expect(check({ reads: [], neighbour: false })).toMatchObject({ ok: true, reads: [] });
    expect(check({ reads: [], neighbour: true })).toMatchObject({ ok: true, reads: [] });
  });

  test("with all that a body may say", () => {
    const staff = { by: "staff:müller", for: "moderation.case", of: ["account", "reports"], case: "77" };
    const verdict = check({ reads: [staff, { from: "us", count: 30 }] });
    expect(verdict.ok && verdict.reads[0]).toMatchObject(staff);
  });

  test("by two of three witnesses", () => {
    expect(check({ reads: reads(1), signed: [0, 2] })).toMatchObject({ ok: true, witnesses: 2 });
  });
});

describe("what is wrong is named", () => {
  const wrong: [string, string, Wish, ((file: ReturnType<typeof make>) => unknown)?][] = [
    ["format", "an unknown field", { reads: reads(1) }, (file) => ({ ...file, more: 1 })],
    ["format", "a field out of order", { reads: reads(1) }, ({ format, ...rest }) => ({ ...rest, format })],
    ["format", "a key that is not clamped", { reads: reads(1) }, (f) => ({ ...f, private_key: f.tag_key })],
    [
      "format",
      "a context without bodies",
      { reads: [] },
      (f) => ({ ...f, contexts: [{ enc: f.tag_key, bodies: [] }] }),
    ],
    [
      "checkpoint",
      "no signature of the log",
      { reads: reads(1) },
      (f) => ({
        ...f,
        log_key: f.log_key.replace(/.*/, make({ reads: [], witnesses: 0 }).log_key),
        checkpoint: f.checkpoint.replace(/\u2014 log.*\n/, ""),
      }),
    ],
    [
      "checkpoint",
      "a line of somebody unknown",
      { reads: reads(1) },
      (f) => ({ ...f, checkpoint: `${f.checkpoint}\u2014 x.example AAAAAAAA\n` }),
    ],
    ["checkpoint", "witnesses out of order", { reads: reads(1), signed: [1, 0] }],
    ["checkpoint", "another origin", { reads: reads(1) }, (f) => ({ ...f, origin: "log.example/us" })],
    ["quorum", "too few witnesses", { reads: reads(1), signed: [1] }],
    ["quorum", "a quorum of nobody", { reads: reads(1), quorum: 0 }],
    ["quorum", "more asked than there are", { reads: reads(1), quorum: 4 }],
    [
      "quorum",
      "the same witness twice",
      { reads: reads(1) },
      (f) => ({
        ...f,
        witness_keys: [f.witness_keys[0], f.witness_keys[1], f.witness_keys[2], f.witness_keys[0]],
      }),
    ],
    ["heads", "another region", { reads: reads(1) }, (f) => ({ ...f, region: 2 })],
    ["heads", "a shorter path", { reads: reads(1) }, (f) => ({ ...f, heads_proof: f.heads_proof.slice(1) })],
    [
      "heads",
      "a longer path",
      { reads: reads(1) },
      (f) => ({ ...f, heads_proof: [...f.heads_proof, f.tag_key] }),
    ],
    [
      "body",
      "a body left out",
      { reads: reads(3) },
      (f) => ({ ...f, contexts: f.contexts.map((c) => ({ ...c, bodies: c.bodies.slice(1) })) }),
    ],
    [
      "body",
      "two bodies swapped",
      { reads: reads(2) },
      (f) => ({ ...f, contexts: f.contexts.map((c) => ({ ...c, bodies: c.bodies.toReversed() })) }),
    ],
    [
      "body",
      "two contexts swapped",
      { reads: reads(4), each: 2 },
      (f) => ({ ...f, contexts: f.contexts.toReversed() }),
    ],
    ["body", "an unknown field", { reads: reads(1), spoil: (body) => ({ ...body, why: "x" }) }],
    ["body", "an unknown purpose", { reads: reads(1), spoil: (body) => ({ ...body, for: "feed" }) }],
    ["body", "classes out of order", { reads: [{ of: ["b", "a"] }] }],
    ["body", "a count of one", { reads: [{ count: 1 }] }],
    [
      "chain",
      "a wrong number",
      { reads: reads(3), spoil: (body, n) => (n === 1 ? { ...body, n: 7 } : body) },
    ],
    ["chain", "a time that goes back", { reads: [{}, { at: START_MS - 120_000 }] }],
    [
      "head",
      "an absence while there are entries",
      { reads: reads(1) },
      (f) => ({ ...f, map: { siblings: [], other: [f.tag_key, f.tag_key] } }),
    ],
    [
      "map",
      "the newest reads kept back",
      { reads: reads(3) },
      (f) => ({ ...f, contexts: f.contexts.map((c) => ({ ...c, bodies: c.bodies.slice(0, -1) })) }),
    ],
    ["map", "all reads kept back", { reads: reads(3) }, (f) => ({ ...f, contexts: [] })],
    ["map", "another person's id", { reads: reads(1) }, (f) => ({ ...f, person: "12" })],
    [
      "map",
      "a sibling changed",
      { reads: reads(1) },
      (f) => ({ ...f, map: { ...f.map, siblings: f.map.siblings.map(() => f.tag_key) } }),
    ],
  ];
  test.each(wrong)("%s: %s", (expected, _, wish, change) => {
    expect(word(check(wish, change))).toBe(expected);
  });

  test("every third letter of a file, changed", { timeout: 30_000 }, () => {
    const wish = { reads: reads(1), witnesses: 1, signed: [0], quorum: 1 };
    const whole = JSON.stringify(make(wish));
    for (let at = 0; at < whole.length; at += 3) {
      const letter = whole[at] === "A" ? "B" : "A";
      const changed = whole.slice(0, at) + letter + whole.slice(at + 1);
      expect(verify(utf8(changed)).ok, `letter ${at} of ${whole.slice(at - 20, at + 20)}`).toBe(false);
    }
  });

  test("spaces, a field twice, and bytes that are no text", () => {
    const whole = JSON.stringify(make({ reads: reads(1) }));
    for (const text of [
      ` ${whole}`,
      whole.replace(",", ", "),
      whole.replace("{", '{"format":"x",'),
      "",
      "[]",
    ])
      expect(word(verify(utf8(text)))).toBe("format");
    expect(word(verify(new Uint8Array([0xff, 0xfe])))).toBe("format");
  });
});

describe("what is known from elsewhere", () => {
  const file = make({ reads: reads(2) });
  test("must be what the file says", () => {
    const { origin, region, log_key, witness_keys, quorum, person } = file;
    const expected = { origin, region, log_key, witness_keys, quorum, person };
    expect(verify(written(file), expected).ok).toBe(true);
    expect(word(verify(written(file), { person: "5" }))).toBe("format");
    expect(word(verify(written(file), { log_key: "x" }))).toBe("checkpoint");
    expect(word(verify(written(file), { witness_keys: [] }))).toBe("quorum");
    expect(word(verify(written(file), { quorum: 1 }))).toBe("quorum");
  });
});

describe("history only grows", () => {
  const remembered = (count: number) => {
    const verdict = check({ reads: reads(count), others: 2 });
    if (!verdict.ok) throw new Error(verdict.what);
    return verdict.remember;
  };
  test("a longer file goes on from a shorter one, and from none", () => {
    for (const before of [0, 1, 3, 5]) {
      const verdict = verify(written(make({ reads: reads(5), others: 2 })), {}, remembered(before));
      expect(verdict.ok).toBe(true);
    }
  });
  test("fewer entries, changed entries and a shorter log are seen", () => {
    const short = written(make({ reads: reads(2), others: 9 }));
    expect(word(verify(short, {}, remembered(4)))).toBe("history");
    const changed = written(make({ reads: [{ for: "feed.learn" }, ...reads(6)] }));
    expect(word(verify(changed, {}, remembered(4)))).toBe("history");
    const shrunk = written(make({ reads: reads(5), others: 0 }));
    expect(word(verify(shrunk, {}, remembered(4)))).toBe("history");
  });
});

describe("its parts", () => {
  test("base64 has one spelling for each value", () => {
    expect(base64("AA==")).toEqual(new Uint8Array([0]));
    for (const odd of ["AB==", "AA=", "AA", "A A=", "AA==AA==", "A===", "-_-_", "AAÿ="])
      expect(base64(odd)).toBeNull();
    for (let length = 0; length < 70; length += 1) {
      const bytes = new Uint8Array(length).map((_, index) => index * 37 + length);
      expect(base64(toBase64(bytes))).toEqual(bytes);
    }
  });

  test("the roots of RFC 6962's reference tree come out", () => {
    const bytes = (text: string) =>
      new Uint8Array(text.match(/../g)?.map((pair) => parseInt(pair, 16)) ?? []);
    const entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"];
    const tree = new Growing();
    for (const entry of entries) tree.add(leafHash(bytes(entry)));
    expect(hex(tree.root())).toBe("ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
    tree.add(leafHash(bytes("606162636465666768696a6b6c6d6e6f")));
    expect(hex(tree.root())).toBe("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  });

  test("a proof of inclusion works for one place only", () => {
    const leaves = [0, 1, 2, 3, 4, 5, 6].map((n) => leafHash(utf8(String(n))));
    expect(rootOfInclusion(leaves[0] as never, 0, 1, [])).toEqual(leaves[0]);
    expect(rootOfInclusion(leaves[0] as never, 1, 1, [])).toBeNull();
    expect(rootOfInclusion(leaves[0] as never, 0, 2, [])).toBeNull();
  });

  test("RFC 9180's test vector A.2.1 (base mode, ChaCha20Poly1305) opens, in order", () => {
    const bytes = (text: string) =>
      new Uint8Array(text.match(/../g)?.map((pair) => parseInt(pair, 16)) ?? []);
    const context = new Opening(
      bytes("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"),
      bytes("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"),
      bytes("4f6465206f6e2061204772656369616e2055726e"),
    );
    const plain = "4265617574792069732074727574682c20747275746820626561757479";
    const first =
      "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28";
    const second =
      "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c";
    expect(hex(context.open(bytes(first), utf8("Count-0")))).toBe(plain);
    expect(hex(context.open(bytes(second), utf8("Count-1")))).toBe(plain);
    expect(() => context.open(bytes(second), utf8("Count-1"))).toThrow();
  });

  test("ten thousand reads fit in three megabytes, and are checked whole", () => {
    const file = written(make({ reads: reads(10_000), each: 5_000, others: 0 }));
    expect(file.length).toBeLessThan(3_000_000);
    expect(verify(file).ok).toBe(true);
  }, 60_000);
});
