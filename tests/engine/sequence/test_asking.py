"""The command measures any file of histories, and says plainly what it cannot read."""

import json
from pathlib import Path

from click.testing import CliRunner

from plainview.cli import program


def test_the_command_prints_the_model_and_its_peers_as_json(tmp_path: Path) -> None:
    path = tmp_path / "walks.txt"
    path.write_text(
        "\n".join(f"p{start} " + " ".join(str((start + step) % 30) for step in range(7)) for start in range(90))
    )
    done = CliRunner().invoke(program, ["bench", "ranking", "--data", str(path), "--quick", "--threads", "1"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert figures["people"] == 90
    assert figures["plainview"]["ndcg10"] > figures["popularity"]["ndcg10"]


def test_garbage_ends_the_command_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "walks.txt"
    path.write_text("ann 1 2 3\nbob\n")
    done = CliRunner().invoke(program, ["bench", "ranking", "--data", str(path), "--quick"])
    assert done.exit_code == 1
    path.write_text("ann 1 2 3\nbob 4 5\n")
    assert CliRunner().invoke(program, ["bench", "ranking", "--data", str(path), "--quick"]).exit_code == 1
