"""Builds the TypeScript verifier that a person's browser runs, and lets it judge files in Node."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.verifier.adversary import Corpus

HOUSE = Path(__file__).parents[2]
WEB = HOUSE / "web"


def node() -> str:
    """The path of a Node: the one that `make setup` installed where the machine has none."""
    own = [str(each) for each in (HOUSE / ".setup" / "node", HOUSE / ".venv" / "bin")]
    found = shutil.which("node", path=os.pathsep.join([*own, os.environ.get("PATH", "")]))
    assert found, "make setup installs Node"
    return found


def build(folder: Path, platform: str = "node") -> Path:
    """The verifier as one module in this folder."""
    target = folder / "verifier.mjs"
    bundler = WEB / "node_modules" / "rolldown" / "bin" / "cli.mjs"
    source = WEB / "src" / "verifier" / "verify.ts"
    order = [node(), bundler, source, "--file", target, "--platform", platform, "--format", "esm", "--minify"]
    subprocess.run(list(map(str, order)), cwd=WEB, check=True, capture_output=True)
    return target


def judged(verifier: Path, corpus: Corpus, folder: Path) -> list[str | None]:
    """The word for each file of the corpus, None where it is believed."""
    lines = folder / "corpus.jsonl"
    corpus.write(lines)
    order = [node(), str(Path(__file__).with_name("judge.mjs")), str(verifier), str(lines)]
    words = subprocess.run(order, check=True, capture_output=True, text=True).stdout.split()
    return [None if word == "-" else word for word in words]
