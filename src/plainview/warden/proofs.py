"""Owns the proof file: all that was booked on one person, with what shows that it is all (specification, section 4)."""

from base64 import b64encode
from itertools import groupby
from typing import Any, Final

import msgspec

from plainview.kernel.errors import UnavailableError
from plainview.warden.access_log import AccessLog
from plainview.warden.entries import label_of
from plainview.warden.notes import note_of
from plainview.warden.publishing import Published, Publisher, read_published
from plainview.warden.store import TWO, Store, Txn

FORMAT: Final = "plainview-proof/1"


class NothingPublishedError(UnavailableError):
    """The log has no checkpoint yet."""

    code, title = "nothing_published", "The access log has no checkpoint yet; try again in a minute"


def proof_file(log: AccessLog, publisher: Publisher, person: int, secrets: tuple[bytes, bytes]) -> bytes:
    """The proof file as the bytes of its JSON, up to the checkpoint in public.

    Args:
        log: the log.
        publisher: its checkpoints.
        person: whose entries.
        secrets: the person's tag key, and their private key, clamped.

    Raises:
        NothingPublishedError: there is no checkpoint yet.
    """
    return msgspec.json.encode(proof(log, publisher, person, secrets))


def proof(log: AccessLog, publisher: Publisher, person: int, secrets: tuple[bytes, bytes]) -> dict[str, Any]:
    """The proof file as what its JSON says; `proof_file` says the rest."""
    tag_key, private_key = secrets
    with log.store.env.begin() as txn:
        published = read_published(log.store, txn)
        if published is None:
            raise NothingPublishedError
        size, mapped = publisher.map_proof(txn, label_of(tag_key, person), published.generation)
        contexts = _contexts(log.store, txn, person, size)
    other = mapped.other and [_text(each) for each in mapped.other]
    return {
        "format": FORMAT,
        "origin": publisher.terms.origin,
        "region": log.region,
        "log_key": publisher.terms.signer.verifier.vkey,
        "witness_keys": [each.vkey for each in publisher.witnesses.keys],
        "quorum": publisher.terms.quorum,
        "person": str(person),
        "tag_key": _text(tag_key),
        "private_key": _text(private_key),
        "contexts": contexts,
        "heads": _text(published.signed.heads),
        "heads_proof": [_text(each) for each in published.signed.heads_proof],
        "map": {"siblings": [_text(each) for each in mapped.siblings], "other": other},
        "checkpoint": _note(published, publisher),
    }


def _contexts(store: Store, txn: Txn, person: int, size: int) -> list[dict[str, Any]]:
    """The person's first `size` bodies, by the HPKE context that they are messages of."""
    with txn.cursor(store.bodies) as cursor:
        cursor.set_range(TWO.pack(person, 0))
        values = [row for row, _ in zip(cursor.iternext(keys=False), range(size), strict=False)]
    return [
        {
            "enc": _text(txn.get(TWO.pack(person, int.from_bytes(number, "big")), b"", db=store.contexts)),
            "bodies": [_text(row[4:]) for row in rows],
        }
        for number, rows in groupby(values, key=lambda row: row[:4])
    ]


def _note(published: Published, publisher: Publisher) -> str:
    """The checkpoint's note: the log's line, then those of witnesses in the order of their keys."""
    keys = [each.vkey for each in publisher.witnesses.keys]
    lines = [published.cosignatures[each] for each in keys if each in published.cosignatures]
    return note_of(published.signed.text, [published.signed.line, *lines])


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
