/** Bytes as the specification writes them: strict base64, big-endian integers, UTF-8, joined and compared. */

export type Bytes = Uint8Array<ArrayBuffer>;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Int16Array(128).fill(-1);
for (let index = 0; index < 64; index += 1) VALUES[LETTERS.charCodeAt(index)] = index;

const writer = new TextEncoder();
const reader = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a text. */
export const utf8 = (text: string): Bytes => writer.encode(text);

/** The text of these bytes; throws TypeError when they are not UTF-8. */
export const text = (bytes: Uint8Array): string => reader.decode(bytes);

/** The bytes that base64 says, or null: one spelling per value, so unused bits are zero and padding is whole. */
export function base64(text: string): Bytes | null {
  const { length } = text;
  if (length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((length / 4) * 3 - padding);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let index = 0; index < length - padding; index += 1) {
    const value = VALUES[text.charCodeAt(index)] ?? -1;
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = held >> bits;
    at += 1;
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

/** These bytes in base64, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let all = "";
  for (const byte of bytes) all += String.fromCharCode(byte);
  return btoa(all);
}

/** These bytes in lower-case hex. */
export const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The parts, one after the other. */
export function join(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether both hold the same bytes. Nothing here is secret, so it need not take the same time for each. */
export const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);

/** An integer below 2^53 in `width` bytes, the highest first. */
export function integer(value: number, width: number): Bytes {
  const bytes = new Uint8Array(width);
  let rest = value;
  for (let index = width - 1; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** The integer that these bytes say, the highest first; null when it is 2^53 or more. */
export function toInteger(bytes: Uint8Array): number | null {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : null;
}

// In text that JSON.stringify writes, a surrogate is escaped only where it stands alone, which no UTF-8 can say.
const LONE_SURROGATE = /(?:^|[^\\])(?:\\\\)*\\ud/;

/** What this JSON says; undefined unless writing it again gives the same text: nothing is said twice or loosely. */
export function compact(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text && !LONE_SURROGATE.test(text) ? value : undefined;
  } catch {
    return undefined; // No JSON, or nested deeper than can be read.
  }
}
