"""Owns the web client's files as they lie in the package, and the head of each page that the server writes for it."""

import gzip
import html
import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plainview.kernel.errors import NotFoundError

FOLDER = Path(__file__).parent.parent / "web_assets"
_SQUEEZED = frozenset({".js", ".css", ".svg", ".json", ".webmanifest", ".html", ".map", ".txt"})
_TYPES = {
    ".webmanifest": "application/manifest+json",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".sha256": "text/plain",
}
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_DESCRIPTION = re.compile(r"<meta\s+name=\"description\".*?/?>", re.DOTALL)
_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_NOT_BUILT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plainview</title></head>
<body><h1>The web client is not built</h1>
<p>The service itself runs. Build its pages with <code>make setup</code>, or install the wheel, which carries them.</p>
</body></html>"""


@dataclass(frozen=True, slots=True)
class Head:
    """What one page says of itself. `metas` are (name, content); `facts` are HTML for readers without scripts."""

    title: str
    description: str = ""
    metas: Sequence[tuple[str, str]] = ()
    canonical: str = ""
    oembed: str = ""
    facts: str = ""


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file of the web client, ready to send."""

    content: bytes
    squeezed: bytes | None
    media_type: str


class Shell:
    """Reads the client's files at first need, and again when a new build replaced them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._files: dict[str, tuple[int, WebFile]] = {}

    def is_built(self) -> bool:
        """Whether there is a client to serve."""
        return (self._folder / "index.html").is_file()

    def page(self, head: Head) -> bytes:
        """The client's page with this head; a page that says what to do when the client is not built."""
        if not self.is_built():
            return _NOT_BUILT.encode()
        text = self.file("index.html").content.decode()
        text = _DESCRIPTION.sub("", text, count=1)
        # The replacement is given as a function, since a caption may hold what looks like a group.
        text = _TITLE.sub(lambda _: head_html(head), text, count=1)
        if head.facts:
            text = _NOSCRIPT.sub(lambda _: f"<noscript>{head.facts}</noscript>", text, count=1)
        return text.encode()

    def file(self, name: str) -> WebFile:
        """A file of the client by its path below the root.

        Raises:
            NotFoundError: there is none, or the path leads elsewhere.
        """
        path = (self._folder / name).resolve()
        if "\x00" in name or not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            raise NotFoundError("There is no such file.")
        changed = path.stat().st_mtime_ns
        held = self._files.get(name)
        if held is None or held[0] != changed:
            held = self._files[name] = (changed, _read(path))
        return held[1]


def _read(path: Path) -> WebFile:
    content = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    squeezed = gzip.compress(content, 9, mtime=0) if path.suffix in _SQUEEZED and len(content) > 1_000 else None
    # The framework adds the charset to every text.
    return WebFile(content, squeezed, kind)


def head_html(head: Head) -> str:
    """The lines of a head, every text in them escaped."""
    lines = [f"<title>{html.escape(head.title)}</title>"]
    if head.description:
        lines.append(f'<meta name="description" content="{html.escape(head.description)}">')
    for name, content in head.metas:
        kind = "property" if name.startswith(("og:", "profile:")) else "name"
        lines.append(f'<meta {kind}="{html.escape(name)}" content="{html.escape(content)}">')
    if head.canonical:
        lines.append(f'<link rel="canonical" href="{html.escape(head.canonical)}">')
    if head.oembed:
        title = html.escape(head.title)
        href = html.escape(head.oembed)
        lines.append(f'<link rel="alternate" type="application/json+oembed" href="{href}" title="{title}">')
    return "\n    ".join(lines)
