"""A person as a program: signs up, uploads by tus and publishes, over HTTP alone."""

import base64
import secrets
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg

PIECE_BYTES = 8 * 1024 * 1024
POLL_SECONDS = 0.05


class Person:
    """A signed-up account and its connection."""

    def __init__(self, address: str, handle: str = "") -> None:
        headers = {"X-Plainview": "1", "Origin": address, "Sec-Fetch-Site": "same-origin"}
        self.http = httpx.Client(base_url=address, headers=headers, timeout=30)
        self.handle = handle or f"p{secrets.token_hex(6)}"

    def sign_up(self) -> "Person":
        """The same person, with an account by password."""
        body = {"handle": self.handle, "birth_date": "1990-01-01", "password": secrets.token_urlsafe(18)}
        self.http.post("/api/sign-up", json=body).raise_for_status()
        return self

    def upload(self, path: Path) -> str:
        """Upload a file whole; the item's id."""
        size = path.stat().st_size
        named = base64.b64encode(path.name.encode()).decode()
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": f"filename {named}"}
        made = self.http.post("/api/uploads", headers=headers)
        made.raise_for_status()
        offset = 0
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                part = {
                    "Tus-Resumable": "1.0.0",
                    "Upload-Offset": str(offset),
                    "Content-Type": "application/offset+octet-stream",
                }
                self.http.patch(made.headers["Location"], headers=part, content=piece).raise_for_status()
                offset += len(piece)
        return made.headers["Plainview-Item"]

    def publish(self, item: str, caption: str) -> None:
        """Publish an uploaded item to everybody."""
        body = {"caption": caption, "visibility": "public", "allow_comments": True, "allow_reuse": True}
        self.http.post(f"/api/studio/{item}/publish", json=body).raise_for_status()

    def draft(self, item: str) -> dict[str, Any]:
        """The item as its owner's studio shows it."""
        answer = self.http.get(f"/api/studio/{item}")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def wait(self, item: str, state: str, seconds: float = 300) -> float:
        """Wait until an item is `playable` or `ready`; the seconds that it took.

        Raises:
            RuntimeError: its transcode failed, or it took longer than `seconds`.
        """
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            processing = self.draft(item)["processing"]
            if processing["state"] in {"failed", "quarantined"}:
                raise RuntimeError(f"{processing['code']}: {processing['cause']}")
            if processing["playable"] if state == "playable" else processing["state"] == state:
                return time.monotonic() - began
            time.sleep(POLL_SECONDS)
        raise RuntimeError(f"not {state} after {seconds} s")


def make_clip(path: Path, size: str, seconds: float, *, seed: int = 0, noise: int = 6, codec: str = "libx264") -> Path:
    """A moving test picture with sound, at 30 frames a second; `noise` makes it as hard to encode as a real scene."""
    picture = f"testsrc2=s={size}:r=30:d={seconds},hue=h={seed * 47 % 360},noise=alls={noise}:allf=t"
    sound = f"sine=f={220 + 20 * (seed % 20)}:d={seconds}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", picture]
    command += ["-f", "lavfi", "-i", sound, "-c:v", codec, "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "60"]
    command += ["-b:v", "6M", "-maxrate", "7M", "-bufsize", "12M", "-c:a", "aac", "-ac", "2", "-shortest"]
    subprocess.run([*command, "-movflags", "+faststart", str(path)], check=True)
    return path
