"""The verifier's own ciphers and signatures against the vectors of their RFCs, and against the cryptography package."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview_verifier import (
    BASE,
    L,
    P,
    Refused,
    aead_open,
    chacha20,
    ed25519_verifies,
    hpke_context,
    key_streams,
    leaf_hash,
    poly1305,
    tree_root,
    x25519,
)
from tests.verifier.handmade import tree

hexed = bytes.fromhex
# RFC 8032, section 7.1, tests 1 to 3.
SIGNED = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


def test_the_rfcs_signatures_verify_and_their_changes_do_not() -> None:
    for key, message, signature in SIGNED:
        assert ed25519_verifies(hexed(key), hexed(message), hexed(signature))
        for at in range(64):
            changed = bytearray(hexed(signature))
            changed[at] ^= 1
            assert not ed25519_verifies(hexed(key), hexed(message), bytes(changed))


def test_a_signature_in_another_encoding_does_not_verify() -> None:
    key, message, signature = map(hexed, SIGNED[2])
    larger = int.from_bytes(signature[32:], "little") + L
    assert not ed25519_verifies(key, message, signature[:32] + larger.to_bytes(32, "little"))
    assert not ed25519_verifies(key[:31], message, signature)
    assert not ed25519_verifies(key, message, signature + b"\0")


def test_keys_and_points_that_anyone_could_sign_for_are_refused() -> None:
    # With a key of small order, the signature R = B, S = 1 would fit every message whose hash lets the key vanish.
    identity = (1).to_bytes(32, "little")
    base = (4 * pow(5, -1, P) % P).to_bytes(32, "little")
    assert BASE[1].to_bytes(32, "little") == base
    one = (1).to_bytes(32, "little")
    for key in (identity, (P - 1).to_bytes(32, "little"), bytes(32), (P + 1).to_bytes(32, "little")):
        assert not ed25519_verifies(key, b"", base + one)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
@settings(max_examples=20, deadline=None)
def test_what_the_cryptography_package_signs_verifies(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), bytearray(private.sign(message))
    assert ed25519_verifies(key, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not ed25519_verifies(key, message, bytes(signature))


def test_x25519_gives_the_rfcs_secrets() -> None:
    # RFC 7748, sections 5.2 and 6.1.
    scalar = hexed("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
    point = hexed("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
    assert x25519(scalar, point).hex() == "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
    scalar = hexed("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d")
    point = hexed("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493")
    assert x25519(scalar, point).hex() == "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
    k = u = (9).to_bytes(32, "little")
    for _ in range(1_000):
        k, u = x25519(k, u), k
    assert k.hex() == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
@settings(max_examples=20, deadline=None)
def test_both_sides_of_an_exchange_meet(ours: bytes, theirs: bytes) -> None:
    other = X25519PrivateKey.from_private_bytes(theirs).public_key()
    assert x25519(ours, other.public_bytes_raw()) == X25519PrivateKey.from_private_bytes(ours).exchange(other)


def test_a_public_key_of_small_order_gives_no_context() -> None:
    for point in (bytes(32), (1).to_bytes(32, "little"), (P - 1).to_bytes(32, "little"), P.to_bytes(32, "little")):
        with pytest.raises(Refused, match="body: "):
            hpke_context(bytes([8] * 31 + [64]), point, b"")


def test_chacha20_gives_the_rfcs_blocks() -> None:
    # RFC 8439, section 2.3.2, among blocks at other places.
    nonce = hexed("000000090000004a00000000")
    blocks = chacha20(bytes(range(32)), [(0, nonce), (1, nonce), (1, bytes(12))])
    assert blocks[64:128].hex() == (
        "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
        "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"
    )


def test_poly1305_gives_the_rfcs_authenticator() -> None:
    # RFC 8439, section 2.5.2.
    key = hexed("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")
    assert poly1305(key, b"Cryptographic Forum Research Group").hex() == "a8061dc1305136c6c22b8baf0c0127a9"


def test_the_rfcs_message_opens() -> None:
    # RFC 8439, section 2.8.2.
    key, nonce, aad = bytes(range(0x80, 0xA0)), hexed("070000004041424344454647"), hexed("50515253c0c1c2c3c4c5c6c7")
    sealed = hexed(
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
        "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
        "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
        "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"
    )
    (stream,) = key_streams(key, nonce, [sealed])
    plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen "
    assert aead_open(stream, sealed, aad) == plain + b"would be it."
    assert aead_open(stream, sealed, aad[1:]) is None
    assert aead_open(stream, sealed[:15], aad) is None


@given(st.lists(st.binary(max_size=300), max_size=20), st.binary(max_size=40))
@settings(deadline=None)
def test_a_contexts_messages_open_in_their_order(plains: list[bytes], aad: bytes) -> None:
    key, base = hashlib.sha256(aad).digest(), bytes(range(12))
    nonces = [(int.from_bytes(base, "big") ^ at).to_bytes(12, "big") for at in range(len(plains))]
    sealed = [ChaCha20Poly1305(key).encrypt(nonce, each, aad) for nonce, each in zip(nonces, plains, strict=True)]
    opened = zip(key_streams(key, base, sealed), sealed, strict=True)
    assert [aead_open(stream, each, aad) for stream, each in opened] == plains


def test_hpke_opens_the_rfcs_messages() -> None:
    # RFC 9180, appendix A.2.1.
    private = hexed("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
    enc = hexed("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
    key, base = hpke_context(private, enc, hexed("4f6465206f6e2061204772656369616e2055726e"))
    assert key.hex() == "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91"
    assert base.hex() == "5c4d98150661b848853b547f"
    sealed = [
        hexed("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"),
        hexed("6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c"),
    ]
    opened = zip(key_streams(key, base, sealed), sealed, (b"Count-0", b"Count-1"), strict=True)
    assert {aead_open(stream, each, aad) for stream, each, aad in opened} == {b"Beauty is truth, truth beauty"}


def test_the_tree_is_that_of_the_rfcs_recursion() -> None:
    for size in range(1, 70):
        entries = [bytes([at]) * at for at in range(size)]
        assert tree_root(entries) == tree([leaf_hash(entry) for entry in entries])
