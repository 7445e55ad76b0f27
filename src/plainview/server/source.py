"""Owns the offer of the running service's own source, as its licence asks: what runs here, packed as it lies here."""

import io
import tarfile
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
_TOP = ("LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "pyproject.toml")
_FOLDERS = ("web", "tests", "benchmarks", "docs", "deploy", ".ci")
_LEFT_OUT = frozenset({"node_modules", "__pycache__", ".svelte-kit", "dist"})


@cache
def source_archive() -> bytes:
    """A gzipped tar of the source: the checkout that runs, or the installed package with the client as it was built."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=6) as archive:
        archive.add(PACKAGE, "plainview/src/plainview", filter=_kept)
        for path in _around():
            archive.add(path, f"plainview/{path.name}", filter=_kept)
    return packed.getvalue()


def _around() -> list[Path]:
    """What lies around the package in a checkout; nothing where it was installed."""
    root = PACKAGE.parent.parent
    if PACKAGE.parent.name != "src" or not (root / "pyproject.toml").is_file():
        return []
    return [root / name for name in (*_TOP, *_FOLDERS) if (root / name).exists()]


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if _LEFT_OUT & set(Path(member.name).parts) or not (member.isfile() or member.isdir()):
        return None
    # Who built it, and when, is nobody's business.
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
