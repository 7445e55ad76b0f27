/** Signed notes, verifier keys and checkpoints (c2sp.org: signed-note, tlog-checkpoint, tlog-cosignature). */

import { ed25519 } from "@noble/curves/ed25519.js";
import { base64, type Bytes, hex, same, toInteger, utf8 } from "./bytes";
import { insist } from "./failure";
import { hash, HASH_BYTES } from "./merkle";

const LOG = 0x01;
const WITNESS = 0x04;
const NOTE_CHARS_MAX = 65_536;
const LINES_MAX = 100;
const NAME = /^[^\s+\p{Cc}]+$/u;
const SIZE = /^[1-9][0-9]{0,15}$/;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const TIME_BYTES = 8;

type Key = { name: string; id: Bytes; type: number; publicKey: Bytes };
type Line = { name: string; id: Bytes; signature: Bytes };
export type Checkpoint = { origin: string; size: number; root: Bytes; cosigned: number; cosigned_s: number };

/** The key that a vkey says: name, key id in hex, base64 of type and public key. Throws Failed("format"). */
function key(vkey: string, type: number): Key {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(vkey);
  const [, name = "", id = "", encoded = ""] = parts ?? [];
  const bytes = base64(encoded);
  insist(parts && NAME.test(name) && bytes, "format", `not a verifier key: ${vkey}`);
  insist(bytes[0] === type && bytes.length === 1 + 32, "format", `not a key of type ${type}: ${vkey}`);
  const expected = hash(utf8(`${name}\n`), bytes).slice(0, KEY_ID_BYTES);
  insist(hex(expected) === id, "format", `the key's id does not fit it: ${vkey}`);
  return { name, id: expected, type, publicKey: bytes.slice(1) };
}

/** The log's key. */
export const logKey = (vkey: string): Key => key(vkey, LOG);
/** A witness's key. */
export const witnessKey = (vkey: string): Key => key(vkey, WITNESS);

function split(note: string): { body: string; lines: Line[] } {
  insist(note.length <= NOTE_CHARS_MAX, "checkpoint", "the note is too long");
  insist(!/[\p{Cc}]/u.test(note.replaceAll("\n", "")), "checkpoint", "a control character in the note");
  const at = note.lastIndexOf("\n\n");
  insist(at >= 0 && note.endsWith("\n"), "checkpoint", "the note has no signatures");
  const written = note.slice(at + 2, -1).split("\n");
  insist(written.length <= LINES_MAX, "checkpoint", "too many signatures");
  return { body: note.slice(0, at + 1), lines: written.map(line) };
}

function line(written: string): Line {
  const [, name = "", encoded = ""] = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(written) ?? [];
  const bytes = base64(encoded);
  insist(
    NAME.test(name) && bytes && bytes.length > KEY_ID_BYTES,
    "checkpoint",
    "a signature line is malformed",
  );
  return { name, id: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

const isBy = (line: Line, known: Key): boolean => line.name === known.name && same(line.id, known.id);

/** The lines in the only order there is: the log's, then witnesses' in the order of their keys, and no other. */
function insistOnOrder(lines: Line[], log: Key, witnesses: Key[]): void {
  let next = 0;
  for (const [index, line] of lines.entries()) {
    const signer =
      index === 0 ? (isBy(line, log) ? 0 : -1) : witnesses.findIndex((one) => isBy(line, one)) + 1;
    insist(signer === 0 ? index === 0 : signer >= next, "checkpoint", "a line stands where it should not");
    next = signer + 1;
  }
}

function signed(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/** When a witness says that it saw this body (seconds since 1970), or null when the line is not theirs. */
function cosigned(body: string, { signature }: Line, { publicKey }: Key): number | null {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return null;
  const seconds = toInteger(signature.subarray(0, TIME_BYTES));
  if (seconds === null) return null;
  const message = utf8(`cosignature/v1\ntime ${seconds}\n${body}`);
  return signed(signature.subarray(TIME_BYTES), message, publicKey) ? seconds : null;
}

function facts(body: string): { origin: string; size: number; root: Bytes } {
  const [origin = "", size = "", root = "", ...more] = body.slice(0, -1).split("\n");
  const bytes = base64(root);
  insist(more.length === 0, "checkpoint", "more than three lines above the signatures");
  insist(SIZE.test(size) && Number.isSafeInteger(Number(size)), "checkpoint", "the size is no size");
  insist(bytes?.length === HASH_BYTES, "checkpoint", "the root is not a hash");
  return { origin, size: Number(size), root: bytes };
}

function insistOnKeys(log: Key, witnesses: Key[], quorum: number): void {
  const different = new Set([log, ...witnesses].map((one) => hex(one.publicKey)));
  insist(different.size === witnesses.length + 1, "quorum", "two keys are the same");
  insist(quorum >= 1 && quorum <= witnesses.length, "quorum", "a quorum that cannot be, or asks nobody");
}

/** What a checkpoint says, once the log and `quorum` different witnesses have signed it; else Failed. */
export function openCheckpoint(note: string, log: Key, witnesses: Key[], quorum: number): Checkpoint {
  const { body, lines } = split(note);
  const said = facts(body);
  insist(said.origin === log.name, "checkpoint", "the checkpoint is of another log");
  insistOnOrder(lines, log, witnesses);
  const [own, ...others] = lines;
  insist(own && signed(own.signature, utf8(body), log.publicKey), "checkpoint", "the log has not signed it");
  insistOnKeys(log, witnesses, quorum);
  const seen_s = others.map((line) => {
    const witness = witnesses.find((one) => isBy(line, one));
    const seconds = witness ? cosigned(body, line, witness) : null;
    insist(seconds !== null, "quorum", `the cosignature of ${line.name} is wrong`);
    return seconds;
  });
  insist(seen_s.length >= quorum, "quorum", `${seen_s.length} of ${quorum} witnesses have signed it`);
  return { ...said, cosigned: seen_s.length, cosigned_s: Math.max(...seen_s) };
}
