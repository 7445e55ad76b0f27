/** The check of a proof file, step by step as the specification's section 4 numbers them. */

import { base64, type Bytes, same, text as textOf, toBase64, utf8 } from "./bytes";
import { epochOf, type Heads, headsOf, labelOf, MINUTE_MS, readOf, Rebuilding } from "./entries";
import { Failed, type Failure, insist } from "./failure";
import { type Context, type ProofFile, proofOf } from "./file";
import { type Head, insistOnAbsence, insistOnHead } from "./headmap";
import { Opening } from "./hpke";
import { Growing, HASH_BYTES, leafHash, rootOfInclusion } from "./merkle";
import type { Read } from "./purposes";
import { type Checkpoint, logKey, openCheckpoint, witnessKey } from "./note";

/** What is known from elsewhere, and must be what the file says. */
export type Expected = Partial<Pick<ProofFile, "origin" | "region" | "log_key" | "quorum" | "person">> & {
  witness_keys?: string[];
};
/** What an earlier check found, kept to see that history only grows. Hashes in base64. */
export type Remembered = { size: number; root: string; log_size: number; log_root: string };
/** How far the check is, in bodies. */
export type Progress = (done: number, of: number) => void;

export type Proven = {
  ok: true;
  person: string;
  origin: string;
  reads: Read[];
  log_size: number;
  log_reads: number;
  log_persons: number;
  at_ms: number;
  witnesses: number;
  quorum: number;
  remember: Remembered;
};
export type Refused = { ok: false; word: Failure; what: string };
export type Verdict = Proven | Refused;

const PROGRESS_EVERY = 500;
const BEFORE_THE_FIRST = new Uint8Array(HASH_BYTES);

type Bodies = { reads: Read[]; head: Head; earlier: Bytes | null };

const KNOWN_AS = {
  person: "format",
  region: "format",
  origin: "checkpoint",
  log_key: "checkpoint",
  witness_keys: "quorum",
  quorum: "quorum",
} as const;

function insistOnExpected(file: ProofFile, expected: Expected): void {
  for (const name of Object.keys(KNOWN_AS) as (keyof typeof KNOWN_AS)[]) {
    const known = expected[name];
    const agrees = known === undefined || known.toString() === file[name].toString();
    insist(agrees, KNOWN_AS[name], `${name} is not what is known from elsewhere`);
  }
}

function checkpointOf(file: ProofFile): Checkpoint {
  const log = logKey(file.log_key);
  const witnesses = file.witness_keys.map(witnessKey);
  insist(log.name === file.origin, "checkpoint", "the log's key is of another log");
  return openCheckpoint(file.checkpoint, log, witnesses, file.quorum);
}

function headsUnder(file: ProofFile, checkpoint: Checkpoint): Heads {
  const heads = headsOf(file.heads, file.region);
  const last = checkpoint.size - 1;
  const root = rootOfInclusion(leafHash(file.heads), last, checkpoint.size, file.heads_proof);
  insist(root && same(root, checkpoint.root), "heads", "the heads do not stand last under the checkpoint");
  return heads;
}

function begun(context: Context, file: ProofFile): Opening {
  try {
    return new Opening(context.enc, file.private_key, utf8(`plainview body/1 ${file.origin}`));
  } catch {
    throw new Failed("body", "a context cannot be opened");
  }
}

function opened(context: Opening, sealed: Bytes, before: Bytes, n: number): Read {
  let plain: Bytes;
  try {
    plain = context.open(sealed, before);
  } catch {
    throw new Failed("body", `body ${n} does not open as the one after body ${n - 1}`);
  }
  return readOf(plain);
}

/** Opens every body in order and grows the person's tree; `mark` is the size at which the root is wanted too. */
function walk(file: ProofFile, epoch: number, mark: number, progress: Progress): Bodies {
  const total = file.contexts.reduce((sum, context) => sum + context.bodies.length, 0);
  const rebuilding = new Rebuilding(file.tag_key, file.region);
  const tree = new Growing();
  const reads: Read[] = [];
  let earlier = mark === 0 ? tree.root() : null;
  let before: Bytes = BEFORE_THE_FIRST;
  let at = 0;
  for (const context of file.contexts) {
    const opening = begun(context, file);
    for (const sealed of context.bodies) {
      const read = opened(opening, sealed, before, reads.length);
      insist(read.n === reads.length, "chain", `body ${reads.length} says that it is number ${read.n}`);
      insist(read.at >= at, "chain", `body ${read.n} is older than the one before it`);
      insist(epochOf(read) <= epoch, "chain", `body ${read.n} is newer than the heads`);
      at = read.at;
      before = leafHash(rebuilding.entry(read, sealed));
      tree.add(before);
      reads.push(read);
      if (reads.length === mark) earlier = tree.root();
      if (reads.length % PROGRESS_EVERY === 0) progress(reads.length, total);
    }
  }
  return { reads, head: { size: tree.size, root: tree.root() }, earlier };
}

function insistOnHistory(before: Remembered, checkpoint: Checkpoint, bodies: Bodies): void {
  const root = base64(before.root);
  insist(bodies.head.size >= before.size, "history", "entries that were there earlier are gone");
  insist(root && bodies.earlier && same(root, bodies.earlier), "history", "earlier entries have changed");
  insist(checkpoint.size >= before.log_size, "history", "the log is shorter than it was earlier");
  if (checkpoint.size > before.log_size) return;
  insist(toBase64(checkpoint.root) === before.log_root, "history", "the log has changed at the same length");
}

function prove(text: string, expected: Expected, before: Remembered | null, progress: Progress): Proven {
  const file = proofOf(text);
  insistOnExpected(file, expected);
  const checkpoint = checkpointOf(file);
  const heads = headsUnder(file, checkpoint);
  const bodies = walk(file, heads.epoch, before?.size ?? 0, progress);
  const label = labelOf(file.tag_key, file.person);
  if (bodies.head.size > 0) insistOnHead(heads.root, label, bodies.head, file.map);
  else insistOnAbsence(heads.root, label, file.map);
  if (before) insistOnHistory(before, checkpoint, bodies);
  return {
    ok: true,
    person: file.person,
    origin: file.origin,
    reads: bodies.reads,
    log_size: checkpoint.size,
    log_reads: heads.reads,
    log_persons: heads.persons,
    at_ms: heads.epoch * MINUTE_MS,
    witnesses: checkpoint.cosigned,
    quorum: file.quorum,
    remember: {
      size: bodies.head.size,
      root: toBase64(bodies.head.root),
      log_size: checkpoint.size,
      log_root: toBase64(checkpoint.root),
    },
  };
}

/** Checks a proof file and says what it proves, or by which word it fails.
 *
 * @param bytes the file as it came
 * @param expected what is known from elsewhere
 * @param before what an earlier check found, or null
 */
export function verify(
  bytes: Uint8Array,
  expected: Expected = {},
  before: Remembered | null = null,
  progress: Progress = () => undefined,
): Verdict {
  try {
    return prove(decoded(bytes), expected, before, progress);
  } catch (error) {
    if (error instanceof Failed) return { ok: false, word: error.word, what: error.message };
    throw error;
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return textOf(bytes);
  } catch {
    throw new Failed("format", "the file is not UTF-8");
  }
}
