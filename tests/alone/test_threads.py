"""The engine alone counts on one thread: its matrices are small, and two would wait for each other."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from plainview.cli import program

NAME = "OPENBLAS_NUM_THREADS"


@pytest.mark.parametrize(("given", "kept"), [(None, "1"), ("4", "4")])
def test_numpy_is_told_one_thread_unless_somebody_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, kept: str
) -> None:
    monkeypatch.setenv(NAME, given or "")
    if given is None:
        monkeypatch.delenv(NAME)
    CliRunner().invoke(program, ["engine", "snapshot", "--data", str(tmp_path / "empty")])
    assert os.environ[NAME] == kept
