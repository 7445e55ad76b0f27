/** The receiving side of HPKE (RFC 9180): base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, integer, join, utf8 } from "./bytes";

const KEM = join(utf8("KEM"), integer(0x0020, 2));
const SUITE = join(utf8("HPKE"), integer(0x0020, 2), integer(0x0001, 2), integer(0x0003, 2));
const VERSION = utf8("HPKE-v1");
const NOTHING = new Uint8Array();
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

const drawn = (suite: Bytes, salt: Uint8Array, label: string, input: Uint8Array): Bytes =>
  extract(sha256, join(VERSION, suite, utf8(label), input), salt) as Bytes;

const widened = (suite: Bytes, secret: Bytes, label: string, info: Uint8Array, length: number): Bytes =>
  expand(sha256, secret, join(integer(length, 2), VERSION, suite, utf8(label), info), length) as Bytes;

function sharedSecret(enc: Uint8Array, privateKey: Uint8Array): Bytes {
  const agreed = x25519.getSharedSecret(privateKey, enc);
  const both = join(enc, x25519.getPublicKey(privateKey));
  const secret = drawn(KEM, NOTHING, "eae_prk", agreed);
  return widened(KEM, secret, "shared_secret", both, KEY_BYTES);
}

/** A context that opens messages in the order in which they were sealed. */
export class Opening {
  readonly #key: Bytes;
  readonly #nonce: Bytes;
  #sequence = 0;

  /** Throws when `enc` is not a point that a sender may send. */
  constructor(enc: Uint8Array, privateKey: Uint8Array, info: Uint8Array) {
    const shared = sharedSecret(enc, privateKey);
    const about = join(
      integer(0, 1),
      drawn(SUITE, NOTHING, "psk_id_hash", NOTHING),
      drawn(SUITE, NOTHING, "info_hash", info),
    );
    const secret = drawn(SUITE, shared, "secret", NOTHING);
    this.#key = widened(SUITE, secret, "key", about, KEY_BYTES);
    this.#nonce = widened(SUITE, secret, "base_nonce", about, NONCE_BYTES);
  }

  /** The next message; throws when it was not sealed as the next one with this aad. */
  open(sealed: Uint8Array, aad: Uint8Array): Bytes {
    const nonce = this.#nonce.slice();
    const view = new DataView(nonce.buffer);
    // A sequence number of four bytes: more messages than a file can hold.
    view.setUint32(NONCE_BYTES - 4, view.getUint32(NONCE_BYTES - 4) ^ this.#sequence);
    const opened = chacha20poly1305(this.#key, nonce, aad).decrypt(sealed) as Bytes;
    this.#sequence += 1;
    return opened;
  }
}
