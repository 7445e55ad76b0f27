"""The command line: helps, refuses what is wrong with a sentence, and says so by its exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def _plainview(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "plainview", *arguments]
    own = {**os.environ, "COLUMNS": "160", **environment}
    return subprocess.run(command, env=own, capture_output=True, text=True, check=False, timeout=120)


def test_help_lists_every_verb() -> None:
    done = _plainview("--help")
    assert done.returncode == 0
    for verb in ("up", "doctor", "demo", "backup", "restore", "user", "settings"):
        assert verb in done.stdout


@pytest.mark.parametrize("verb", ["up", "doctor", "demo", "backup", "restore", "user", "settings"])
def test_every_verb_has_help(verb: str) -> None:
    done = _plainview(verb, "--help")
    assert done.returncode == 0
    assert len(done.stdout) > 200


def test_a_setting_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    done = _plainview("settings", PLAINVIEW_COLOUR="blue", PLAINVIEW_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "PLAINVIEW_COLOUR names no setting" in done.stderr


def test_a_setting_that_does_not_fit_is_refused() -> None:
    done = _plainview("settings", PLAINVIEW_PORT="eighty")
    assert done.returncode == 2
    assert "must be a number" in done.stderr


def test_doctor_names_what_is_wrong_and_fails(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "region-0").write_bytes(b"k" * 32)
    (keys / "region-0").chmod(0o644)
    done = _plainview("--data", str(tmp_path), "doctor")
    assert done.returncode == 1
    assert "can be read by others" in done.stdout
    (keys / "region-0").chmod(0o600)
    assert _plainview("--data", str(tmp_path), "doctor", PLAINVIEW_PORT="18099").returncode == 0


def test_a_restore_from_nothing_is_refused(tmp_path: Path) -> None:
    done = _plainview("restore", str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert "does not exist" in done.stderr


def test_an_operator_gives_and_takes_roles(tmp_path: Path) -> None:
    done = _plainview("--data", str(tmp_path / "data"), "user", "role", "nobody", "moderator")
    assert done.returncode == 1
    assert "Nobody here is called nobody" in done.stderr
