"""A log that comes back older than its witnesses saw cannot go on: the operator is told, and the next one begins."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.instance import free_port
from plainview.cli_trust import erase_again, tell_of_logs
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import IdMaker, PersonId, RegionNumber
from plainview.kernel.purposes import Purpose
from plainview.operations.backup import BackupError
from plainview.operations.erased_again import erase_again as run
from plainview.operations.key_copies import bring_keys, copy_keys
from plainview.operations.log_reading import LogFolder
from plainview.operations.restored_logs import Standing, standings
from plainview.operations.wardens import warden_status, wardens
from plainview.ports.door import SERVER, Plain, Sealed
from plainview.settings import Settings
from plainview.warden.notes import read_vkey
from plainview.warden.witness_serving import serve, witness_signer
from plainview.wiring import make_door
from tests.guarding import publish

DEVICE = "sessions.device"
PASSPHRASE = "correct horse battery"


@contextmanager
def _witnessed(folder: Path, log_key: str, port: int) -> Iterator[None]:
    server = serve(("127.0.0.1", port), folder, [read_vkey(log_key)])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _sealed(settings: Settings, person: PersonId) -> Sealed:
    async def seal() -> Sealed:
        door = make_door(settings)
        (value,) = await door.seal([Plain(person, DEVICE, b"a telephone")])
        await door.close()
        return Sealed(person, DEVICE, value)

    return asyncio.run(seal())


def _opened(settings: Settings, sealed: Sealed) -> list[bytes | None]:
    async def read() -> list[bytes | None]:
        door = make_door(settings)
        opened = await door.open([sealed], Purpose.SECURITY, SERVER)
        await door.close()
        return opened

    return asyncio.run(read())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    tmp_path.chmod(0o755)
    named = f"http://127.0.0.1:{free_port()} {witness_signer(tmp_path / 'witness').verifier.vkey}"
    return Settings(data=tmp_path / "a", witnesses=named, witness_quorum=1)


def test_a_log_older_than_its_witness_saw_is_retired_and_what_was_sealed_opens(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = PersonId(IdMaker(RegionNumber(0), 9).next())
    port = int(settings.witnesses.split()[0].rpartition(":")[2])
    with wardens(settings) as running:
        key = warden_status(running, "home").log_key
        with _witnessed(tmp_path / "witness", key, port):
            sealed = _sealed(running, person)
            publish(running.data)
            copy_keys(running, tmp_path / "keys", PASSPHRASE)
            assert _opened(running, sealed) == [b"a telephone"]
            publish(running.data)
    again = replace(settings, data=tmp_path / "b")
    bring_keys(again, tmp_path / "keys", PASSPHRASE)
    (silent,) = standings(again)
    assert (silent.answering, silent.is_older) == (0, False)
    tell_of_logs(again, retires=False)
    assert "no witness of the log of home answers" in capsys.readouterr().out
    with _witnessed(tmp_path / "witness", key, port):
        (found,) = standings(again)
        assert found.is_older
        assert found.seen > found.size > 0
        with pytest.raises(SystemExit):
            tell_of_logs(again, retires=False)
        said = capsys.readouterr().out
        assert f"ends at {found.size} entries, and a witness saw {found.seen}" in said
        assert f"--origin {found.next_origin}" in said
        with wardens(again) as running, pytest.raises(UnavailableError):
            publish(running.data)
        tell_of_logs(again, retires=True)
        assert "is retired" in capsys.readouterr().out
        with wardens(again) as running:
            status = warden_status(running, "home")
            assert (status.origin, status.log_key != key) == (found.next_origin, True)
            assert _opened(running, sealed) == [b"a telephone"]


def test_a_log_of_which_nobody_saw_more_goes_on(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = int(settings.witnesses.split()[0].rpartition(":")[2])
    with wardens(settings) as running:
        key = warden_status(running, "home").log_key
        with _witnessed(tmp_path / "witness", key, port):
            publish(running.data)
    copy_keys(settings, tmp_path / "keys", PASSPHRASE)
    again = replace(settings, data=tmp_path / "b")
    bring_keys(again, tmp_path / "keys", PASSPHRASE)
    with _witnessed(tmp_path / "witness", key, port):
        tell_of_logs(again, retires=False)
        assert "nobody saw more" in capsys.readouterr().out
        with wardens(again) as running:
            publish(running.data)


def _erased(settings: Settings, person: PersonId) -> None:
    async def destroy() -> None:
        door = make_door(settings)
        await door.begin_erasure(person)
        await door.destroy(person)
        await door.close()

    asyncio.run(destroy())


def _refuses_another_log(settings: Settings, public: Path) -> None:
    """Entries that no signed root stands for tell nothing, and neither does a checkpoint that the log did not sign."""
    size = public.joinpath("checkpoint").read_text().split("\n")[1]
    bundle = public / "tile" / "entries" / "000.p" / size
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"x")
    with pytest.raises(BackupError, match="does not go on"):
        run(settings, "home", LogFolder(public))
    checkpoint = public / "checkpoint"
    checkpoint.write_text(checkpoint.read_text().replace("log/home", "log/away"))
    with pytest.raises(BackupError, match="is not the log"):
        run(settings, "home", LogFolder(public))


async def _begun(settings: Settings, person: PersonId) -> None:
    """An erasure that got no further than its entry."""
    door = make_door(settings)
    await door.begin_erasure(person)
    await door.close()


def test_who_was_erased_after_the_keys_were_copied_stays_erased_when_they_are_brought_back(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = IdMaker(RegionNumber(0), 9)
    before, after, begun, kept = (PersonId(ids.next()) for _ in range(4))
    port = int(settings.witnesses.split()[0].rpartition(":")[2])
    with wardens(settings) as running:
        key = warden_status(running, "home").log_key
        with _witnessed(tmp_path / "witness", key, port):
            sealed = {person: _sealed(running, person) for person in (before, after, begun, kept)}
            _erased(running, before)
            copy_keys(running, tmp_path / "keys", PASSPHRASE)
            _erased(running, after)
            asyncio.run(_begun(running, begun))
            publish(running.data)
    again = replace(settings, data=tmp_path / "b")
    bring_keys(again, tmp_path / "keys", PASSPHRASE)
    erase_again(again, "none")
    assert "can be read again" in capsys.readouterr().out
    for count in (1, 0):
        erase_again(again, str(settings.data / "log"))
        assert f"home: {count} erased since stay erased" in capsys.readouterr().out
    _refuses_another_log(again, settings.data / "log" / "home")
    with wardens(again) as running:
        opened = {person: _opened(running, each) for person, each in sealed.items()}
        assert opened == {before: [None], after: [None], begun: [b"a telephone"], kept: [b"a telephone"]}
        until = time.monotonic() + 30
        while warden_status(running, "home").key_version < 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert warden_status(running, "home").key_version == 2, "what free pages may hold is worth nothing either"


def test_the_next_log_counts_on() -> None:
    names = ("localhost:8080/log/home", "a.example/log/eu-2", "a.example/log/eu-19")
    found = [Standing("eu", name, 0, 0, 0).next_origin for name in names]
    assert found == ["localhost:8080/log/home-2", "a.example/log/eu-3", "a.example/log/eu-20"]
