"""The contexts against RFC 9180's own vectors (A.2.1) and against the one-message HPKE of the cryptography package."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from plainview.ports.door import DoorBrokenError
from plainview.warden.hpke import new_pair, public_of, receiver, sender

INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
EPHEMERAL = bytes.fromhex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600")
ENC = bytes.fromhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
PRIVATE = bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
PUBLIC = bytes.fromhex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
PLAIN = b"Beauty is truth, truth beauty"
MESSAGES = {
    b"Count-0": "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
    b"Count-1": "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c",
}


def test_the_rfcs_messages_come_out_byte_for_byte() -> None:
    enc, context = sender(PUBLIC, INFO, EPHEMERAL)
    assert enc == ENC
    assert {aad: context.seal(aad, PLAIN).hex() for aad in MESSAGES} == MESSAGES


def test_the_rfcs_messages_open_in_their_order_and_in_no_other() -> None:
    context = receiver(PRIVATE, ENC, INFO)
    with pytest.raises(DoorBrokenError):
        context.unseal(b"Count-1", bytes.fromhex(MESSAGES[b"Count-1"]))
    for aad, sealed in MESSAGES.items():
        assert context.unseal(aad, bytes.fromhex(sealed)) == PLAIN


def test_a_public_key_follows_from_its_private_key() -> None:
    assert public_of(PRIVATE) == PUBLIC
    private, public = new_pair()
    assert public_of(private) == public


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_the_cryptography_packages_hpke_opens_our_first_message(plain: bytes, info: bytes) -> None:
    private, public = new_pair()
    enc, context = sender(public, info)
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    opened = suite.decrypt(enc + context.seal(b"", plain), X25519PrivateKey.from_private_bytes(private), info)
    assert opened == plain


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_we_open_what_the_cryptography_packages_hpke_sealed(plain: bytes, info: bytes) -> None:
    private, public = new_pair()
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    message = suite.encrypt(plain, X25519PublicKey.from_public_bytes(public), info)
    assert receiver(private, message[:32], info).unseal(b"", message[32:]) == plain
