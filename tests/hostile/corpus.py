"""Owns the hostile corpus: small files that have broken services like this one, or would, and what each must get.

Each case is made on the spot from FFmpeg's test sources and a few bytes by hand; nothing is kept in the repository.
`{canary}` stands for a file that must not be opened and `{port}` for a local port that must hear nothing.
"""

import io
import random
import struct
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.hostile.boxes import EBML, FTYP, after, box, element, every, full, nested, put, replaced

ACCEPTED = "accepted"
PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=192x128:r=10:d=4")
SOUND = ("-f", "lavfi", "-i", "sine=440:d=4")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
GPS = "+48.8577+002.2950/"
MANY = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Kit:
    """What a case is made with: FFmpeg, a folder for its own files, and the two canaries."""

    ffmpeg: Path
    folder: Path
    canary: Path
    port: int

    def make(self, name: str, *arguments: str) -> bytes:
        """What FFmpeg writes for these arguments; `name` gives the container."""
        path = self.folder / name
        if not path.exists():
            subprocess.run(
                [str(self.ffmpeg), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *arguments, str(path)],
                check=True,
                capture_output=True,
                timeout=60,
            )
        return path.read_bytes()

    def mp4(self) -> bytes:
        """An ordinary video of four seconds with sound; its index at the end, as phones write it."""
        return self.make("plain.mp4", *PICTURE, *SOUND, *H264, "-c:a", "aac")

    def fast(self) -> bytes:
        """The same with its index in front."""
        return self.make("fast.mp4", *PICTURE, *SOUND, *H264, "-c:a", "aac", "-movflags", "faststart")

    def mkv(self) -> bytes:
        """The same in Matroska."""
        return self.make("plain.mkv", *PICTURE, *SOUND, *H264, "-c:a", "aac")

    def text(self, words: str) -> bytes:
        """Words with the canaries' addresses filled in."""
        return words.format(canary=self.canary, port=self.port).encode()


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile file: its name, what it tries, how it is made, and the codes that it may get (mostly one)."""

    name: str
    tries: str
    make: Callable[[Kit], bytes]
    verdicts: tuple[str, ...]


PLAYLIST = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n{target}\n#EXT-X-ENDLIST\n"
NOT_A_VIDEO, BROKEN, NO_VIDEO = "media.not_a_video", "media.broken", "media.no_video_stream"
CODEC, PIXELS, SMALL = "media.codec_not_allowed", "media.too_many_pixels", "media.too_small"
SHORT, LONG = "media.too_short", "media.too_long"


def _playlist(target: str) -> Callable[[Kit], bytes]:
    return lambda kit: kit.text(PLAYLIST.replace("{target}", target))


def _words(words: str) -> Callable[[Kit], bytes]:
    return lambda kit: kit.text(words)


def _made(name: str, *arguments: str) -> Callable[[Kit], bytes]:
    return lambda kit: kit.make(name, *arguments)


def _spoiled(kind: bytes, offset: int, replacement: bytes, nth: int = 0) -> Callable[[Kit], bytes]:
    return lambda kit: after(kit.mp4(), kind, offset, replacement, nth)


def _cut(share: float, fast: bool) -> Callable[[Kit], bytes]:
    return lambda kit: (whole := kit.fast() if fast else kit.mp4())[: int(len(whole) * share)]


def _flipped(seed: int, count: int) -> Callable[[Kit], bytes]:
    def make(kit: Kit) -> bytes:
        data, chance = bytearray(kit.fast()), random.Random(seed)
        for _ in range(count):
            data[chance.randrange(40, len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)

    return make


def _avi_with_playlist(kit: Kit) -> bytes:
    """The 2017 trick: a GAB2 subtitle chunk whose content is a playlist that reads a local file."""
    avi = kit.make("plain.avi", *PICTURE, "-c:v", "mpeg4")
    playlist = kit.text(PLAYLIST.replace("{target}", "file://{canary}"))
    chunk = b"GAB2\0" + struct.pack("<HIH", 2, 2, 0) + b"\0\0" + struct.pack("<HI", 4, len(playlist)) + playlist
    return avi + b"01tx" + struct.pack("<I", len(chunk)) + chunk


def _zip_bomb(_: Kit) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("video.mp4", b"\0" * 20_000_000)
    return held.getvalue()


def _zip_polyglot(kit: Kit) -> bytes:
    held = io.BytesIO(kit.mp4())
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("run.sh", "touch /tmp/owned")
    return held.getvalue()


def _page_polyglot(kit: Kit) -> bytes:
    return FTYP + box(b"free", b"<html><script>alert('SECRET-PAGE')</script></html>") + _fragments(kit)


DREF = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")


def _elsewhere(kit: Kit) -> bytes:
    """A track whose samples are said to lie in another file (dref `url ` without the flag for itself)."""
    entry = full(b"url ", f"file://{kit.canary}\0".encode())
    return replaced(kit.mp4(), DREF, full(b"dref", struct.pack(">I", 1) + entry))


def _alias(kit: Kit) -> bytes:
    """The same by QuickTime's alias record, with an absolute path."""
    path = str(kit.canary).encode()
    path += b"\0" * (len(path) % 2)
    # Volume, file name and levels up, 150 bytes in all, then records of (kind, length, bytes): 2 is an absolute path.
    record = b"\0" * 150 + struct.pack(">hh", 2, len(path)) + path + struct.pack(">hh", -1, 0)
    return replaced(kit.mp4(), DREF, full(b"dref", struct.pack(">I", 1) + full(b"alis", record)))


def _reference_movie(kit: Kit) -> bytes:
    address = f"http://127.0.0.1:{kit.port}/stolen.mov\0".encode()
    link = full(b"rdrf", b"url " + struct.pack(">I", len(address)) + address)
    return FTYP + box(b"moov", box(b"rmra", box(b"rmda", link)))


def _encrypted(kit: Kit) -> bytes:
    key = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "00112233445566778899aabbccddeeff")
    return kit.make(
        *("cenc.mp4", *PICTURE, *SOUND, *H264, "-c:a", "aac", *key),
        *("-encryption_kid", "112233445566778899aabbccddeeff00"),
    )


def _vast_webm(kit: Kit) -> bytes:
    """A VP8 keyframe that says 16383 by 16383 in a few hundred bytes."""
    data = kit.make("vp8.webm", *PICTURE, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")
    spoiled = every(data, b"\x9d\x01\x2a", lambda held, at: put(held, at + 3, struct.pack("<HH", 16383, 16383)))
    for number, old in ((b"\xb0", 192), (b"\xba", 128)):
        spoiled = _resized(spoiled, number, old)
    return spoiled


def _resized(data: bytes, number: bytes, old: int) -> bytes:
    """Matroska's own width or height rewritten to 65535, in as many bytes as it had."""
    for size in (1, 2):
        field = number + bytes([0x80 | size]) + old.to_bytes(size, "big")
        if field in data:
            return data.replace(field, number + bytes([0x80 | size]) + (b"\xff" * size), 1)
    return data


def _vast_mpeg4(kit: Kit) -> bytes:
    data = kit.make("mpeg4.mp4", *PICTURE, "-c:v", "mpeg4")
    return after(data, b"mp4v", 24, struct.pack(">HH", 65535, 65535))


def _endless(kit: Kit) -> bytes:
    data = kit.mp4()
    data = after(data, b"mvhd", 16, struct.pack(">I", MANY - 1))
    data = every(data, b"mdhd", lambda held, at: put(held, at + 20, struct.pack(">I", MANY - 1)))
    return every(data, b"tkhd", lambda held, at: put(held, at + 24, struct.pack(">I", MANY - 1)))


def _no_time(kit: Kit) -> bytes:
    """Every picture at the same moment."""
    data = kit.make("bare.mp4", *PICTURE, *H264, "-bf", "0")
    return after(data, b"stts", 4, struct.pack(">III", 1, 40, 0))


def _long_pause(kit: Kit) -> bytes:
    """Forty pictures, ten days apart."""
    data = kit.make("bare.mp4", *PICTURE, *H264, "-bf", "0")
    data = data.replace(b"edts", b"free")
    return after(data, b"stts", 4, struct.pack(">III", 1, 40, 0x3FFF_FFFF))


def _fragments(kit: Kit) -> bytes:
    return kit.make("frag.mp4", *PICTURE, *H264, "-movflags", "frag_keyframe+empty_moov+default_base_moof")


def _many_streams(kit: Kit) -> bytes:
    """Twelve hundred tracks, each a copy of the first."""
    data = kit.fast()
    start = data.index(b"trak") - 4
    track = data[start : start + struct.unpack(">I", data[start : start + 4])[0]]
    head = data[data.index(b"mvhd") - 4 : start]
    return FTYP + box(b"moov", head + track * 1_200) + box(b"mdat", b"\0" * 1_000)


def _attachment(kit: Kit) -> bytes:
    held = kit.folder / "font.ttf"
    held.write_bytes(b"\0\1\0\0SECRET-ATTACHMENT" * 40)
    return kit.make(
        *("attached.mkv", *PICTURE, *H264, "-attach", str(held)),
        *("-metadata:s:t", "mimetype=application/x-truetype-font"),
    )


def _subtitles(kit: Kit) -> bytes:
    held = kit.folder / "evil.srt"
    held.write_text(
        f"1\n00:00:00,000 --> 00:00:03,000\n<font face='{kit.canary}'>{{\\fn{kit.canary}}}SECRET-SUBTITLE\n"
    )
    return kit.make("subtitled.mkv", *PICTURE, "-i", str(held), *H264, "-c:s", "ass")


def _only_subtitles(kit: Kit) -> bytes:
    _subtitles(kit)
    return kit.make("only.mkv", "-i", str(kit.folder / "evil.srt"), "-c:s", "srt")


def _covered_song(kit: Kit) -> bytes:
    kit.make("cover.png", *PICTURE, "-frames:v", "1")
    cover = ("-i", str(kit.folder / "cover.png"), "-map", "0", "-map", "1", "-c:v", "png")
    return kit.make("song.m4a", *SOUND, *cover, "-c:a", "aac", "-disposition:v", "attached_pic")


def _tagged(kit: Kit) -> bytes:
    tags = ("-metadata", f"location={GPS}", "-metadata", "com.apple.quicktime.make=SECRET-DEVICE")
    more = ("-metadata", f"comment=SECRET-COMMENT {kit.canary}", "-metadata:s:v", "handler_name=SECRET-HANDLER")
    return kit.make(
        "tagged.mov", *PICTURE, *SOUND, *H264, "-c:a", "aac", *tags, *more, "-movflags", "use_metadata_tags"
    )


def _liar(kit: Kit) -> bytes:
    """A title that looks like FFmpeg's own listing, to fool who reads it."""
    line = "\n  Stream #0:0: Video: h264 (High), yuv420p, 99999x99999, 9 fps\n[info]   Stream #0:7: Video: magicyuv"
    return kit.make(
        "liar.mp4",
        *PICTURE,
        *H264,
        "-metadata",
        f"title={line * 50} SECRET-TITLE",
        "-metadata",
        f"comment={'A' * 90_000}",
    )


def _compressed(kit: Kit) -> bytes:
    """Matroska whose headers say that each frame is compressed with zlib, which it is not."""
    data = kit.mkv()
    at = data.index(bytes.fromhex("ae"), data.index(bytes.fromhex("1654ae6b")))
    encoding = element("6d80", element("6240", element("5031", b"\0") + element("5034", element("4254", b"\0"))))
    return data[: at + 1] + data[at + 1 : at + 9] + encoding + data[at + 9 :]


def _unknown_sizes(_: Kit) -> bytes:
    return EBML + (bytes.fromhex("18538067") + b"\x01" + b"\xff" * 7) * 3_000


CASES: tuple[Case, ...] = (
    Case("empty", "nothing at all", lambda _: b"", ("media.empty",)),
    Case("one-byte", "a single byte", lambda _: b"\0", (NOT_A_VIDEO,)),
    Case("text", "plain words", _words("Dear sir, please find my video attached.\n"), (NOT_A_VIDEO,)),
    Case("page", "a web page with a script", _words("<!doctype html><script>alert(1)</script>"), (NOT_A_VIDEO,)),
    Case("vector", "SVG that includes a file", _words('<svg><image href="file://{canary}"/></svg>'), (NOT_A_VIDEO,)),
    Case("jpeg", "a photo", _made("still.jpg", *PICTURE, "-frames:v", "1"), (NOT_A_VIDEO,)),
    Case("png", "a picture", _made("still.png", *PICTURE, "-frames:v", "1"), (NOT_A_VIDEO,)),
    Case("gif", "an animation", _made("moving.gif", *PICTURE), (NOT_A_VIDEO,)),
    Case("mp3", "a song", _made("song.mp3", *SOUND), (NOT_A_VIDEO,)),
    Case("wav", "a recording", _made("song.wav", *SOUND), (NOT_A_VIDEO,)),
    Case("zip-bomb", "an archive of 20 MB of zeros", _zip_bomb, (NOT_A_VIDEO,)),
    Case("playlist-file", "HLS playlist that reads a local file", _playlist("file://{canary}"), (NOT_A_VIDEO,)),
    Case(
        "playlist-http",
        "HLS playlist that calls an inner address",
        _playlist("http://127.0.0.1:{port}/secret.ts"),
        (NOT_A_VIDEO,),
    ),
    Case("playlist-concat", "HLS playlist by concat:", _playlist("concat:{canary}|{canary}"), (NOT_A_VIDEO,)),
    Case("playlist-data", "HLS playlist with a data: address", _playlist("data:video/mp4;base64,AAAA"), (NOT_A_VIDEO,)),
    Case("playlist-subfile", "HLS playlist by subfile", _playlist("subfile,,start,0,end,9,,:{canary}"), (NOT_A_VIDEO,)),
    Case(
        "concat-script", "concat script of local files", _words("ffconcat version 1.0\nfile {canary}\n"), (NOT_A_VIDEO,)
    ),
    Case(
        "sdp",
        "session description that opens ports",
        _words("v=0\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n"),
        (NOT_A_VIDEO,),
    ),
    Case(
        "dash",
        "DASH manifest of a local file",
        _words("<MPD><Period><BaseURL>file://{canary}</BaseURL></Period></MPD>"),
        (NOT_A_VIDEO,),
    ),
    Case("avisynth", "script that opens a file", _words('AviSource("{canary}")\n'), (NOT_A_VIDEO,)),
    Case("avi", "an ordinary AVI", _made("plain.avi", *PICTURE, "-c:v", "mpeg4"), (NOT_A_VIDEO,)),
    Case("avi-playlist", "playlist hidden in AVI subtitles (2017)", _avi_with_playlist, (NOT_A_VIDEO,)),
    Case("transport-stream", "an MPEG transport stream", _made("plain.ts", *PICTURE, *H264), (NOT_A_VIDEO,)),
    Case("flash", "a Flash video", _made("plain.flv", *PICTURE, "-c:v", "flv"), (NOT_A_VIDEO,)),
    Case("page-first", "a page, then an MP4", lambda kit: b"<html>   " + kit.mp4(), (NOT_A_VIDEO,)),
    Case(
        "ftyp-playlist",
        "MP4's first box, then a playlist",
        lambda kit: FTYP + _playlist("file://{canary}")(kit),
        (BROKEN,),
    ),
    Case(
        "ebml-playlist",
        "Matroska's first bytes, then a playlist",
        lambda kit: EBML + _playlist("{canary}")(kit),
        (BROKEN,),
    ),
    Case("zip-polyglot", "an MP4 that is a ZIP too", _zip_polyglot, (ACCEPTED,)),
    Case("page-polyglot", "an MP4 with a page inside", _page_polyglot, (ACCEPTED,)),
    Case(
        "elsewhere-url",
        "samples said to lie in another file (dref url)",
        _elsewhere,
        (BROKEN, NO_VIDEO, SHORT, ACCEPTED),
    ),
    Case("elsewhere-alias", "samples said to lie in another file (alias)", _alias, (BROKEN, NO_VIDEO, SHORT, ACCEPTED)),
    Case("reference-movie", "QuickTime reference movie on an inner address", _reference_movie, (BROKEN, NO_VIDEO)),
    Case("encrypted", "common encryption (CVE-2026-40962's parser)", _encrypted, (BROKEN,)),
    Case(
        "magicyuv",
        "MagicYUV in Matroska (CVE-2026-8461's decoder)",
        _made("magic.mkv", *PICTURE, "-c:v", "magicyuv"),
        (CODEC,),
    ),
    Case(
        "magicyuv-mov",
        "MagicYUV in MOV",
        _made("magic.mov", *PICTURE, "-c:v", "magicyuv", "-tag:v", "M8RG", "-strict", "-1"),
        (CODEC,),
    ),
    Case("png-mov", "PNG pictures in MOV", _made("png.mov", *PICTURE, "-c:v", "png"), (CODEC,)),
    Case("mjpeg-mov", "JPEG pictures in MOV", _made("mjpeg.mov", *PICTURE, "-c:v", "mjpeg"), (CODEC,)),
    Case(
        "raw-mov",
        "raw pictures in MOV",
        _made("raw.mov", *PICTURE, "-c:v", "rawvideo", "-pix_fmt", "yuyv422"),
        (CODEC,),
    ),
    Case("ffv1-mkv", "FFV1 in Matroska", _made("ffv1.mkv", *PICTURE, "-c:v", "ffv1"), (CODEC,)),
    Case("theora-mkv", "Theora in Matroska", _made("theora.mkv", *PICTURE, "-c:v", "libtheora"), (CODEC,)),
    Case("sound-codec", "H.264 with WMA sound", _made("wma.mkv", *PICTURE, *SOUND, *H264, "-c:a", "wmav2"), (CODEC,)),
    Case("only-sound", "an MP4 of sound", _made("sound.m4a", *SOUND, "-c:a", "aac"), (NO_VIDEO,)),
    Case("covered-song", "sound with a cover picture", _covered_song, (NO_VIDEO,)),
    Case("only-subtitles", "Matroska of subtitles", _only_subtitles, (NO_VIDEO,)),
    Case("vast-vp8", "16383 x 16383 in each VP8 keyframe", _vast_webm, (PIXELS,)),
    Case("vast-mpeg4", "65535 x 65535 in the index, 192 x 128 in the stream", _vast_mpeg4, (ACCEPTED,)),
    Case(
        "vast-hevc",
        "8192 x 8192 for real",
        _made(
            "vast.mp4",
            "-f",
            "lavfi",
            "-i",
            "color=s=8192x8192:r=1:d=1",
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-x265-params",
            "log-level=error",
        ),
        (PIXELS,),
    ),
    Case("thin", "1600 x 32", _made("thin.mp4", "-f", "lavfi", "-i", "color=s=1600x32:r=5:d=4", *H264), (SMALL,)),
    Case("tiny", "16 x 16", _made("tiny.mp4", "-f", "lavfi", "-i", "color=s=16x16:r=5:d=4", *H264), (SMALL,)),
    Case("too-short", "one second", _made("short.mp4", *PICTURE, *H264, "-t", "1"), (SHORT,)),
    Case(
        "too-long", "eleven minutes", _made("long.mp4", "-f", "lavfi", "-i", "color=s=64x64:r=1:d=660", *H264), (LONG,)
    ),
    Case(
        "fast-clock",
        "a thousand frames a second",
        _made("clock.mp4", "-f", "lavfi", "-i", "color=s=64x64:r=1000:d=4", *H264, "-video_track_timescale", "1000000"),
        (ACCEPTED,),
    ),
    Case("endless", "headers that say 49 days", _endless, (ACCEPTED,)),
    Case("no-time", "all pictures at one moment", _no_time, (SHORT,)),
    Case("long-pause", "pictures days apart", _long_pause, (LONG,)),
    Case("no-index", "an MP4 without its index", lambda kit: kit.mp4()[: kit.mp4().rindex(b"moov") - 4], (BROKEN,)),
    *(
        Case(f"cut-{share}", f"cut off at {share} %", _cut(share / 100, fast=False), (BROKEN,))
        for share in (2, 25, 50, 75, 99)
    ),
    *(
        Case(
            f"cut-fast-{share}", f"index in front, cut off at {share} %", _cut(share / 100, fast=True), (BROKEN, SHORT)
        )
        for share in (2, 10, 50)
    ),
    Case("cut-fast-90", "index in front, cut off at 90 %", _cut(0.9, fast=True), (ACCEPTED,)),
    *(
        Case(
            f"flipped-{seed}",
            "bits flipped at random",
            _flipped(seed, 4 * seed),
            (ACCEPTED, BROKEN, SHORT, LONG, CODEC, NO_VIDEO, PIXELS, SMALL, "media.took_too_much"),
        )
        for seed in range(1, 9)
    ),
    Case("nested", "boxes four thousand deep", lambda _: FTYP + nested(4_000), (BROKEN,)),
    Case("box-zero", "a box of no size, again and again", lambda _: FTYP + box(b"moov", b"", 0) * 500, (BROKEN,)),
    Case(
        "box-vast",
        "a box of 2^63 bytes",
        lambda _: FTYP + struct.pack(">I4sQ", 1, b"moov", 1 << 63) + b"\0" * 64,
        (BROKEN,),
    ),
    Case("box-negative", "a box of minus one byte", lambda _: FTYP + box(b"moov", b"\0" * 32, MANY), (BROKEN,)),
    Case(
        "stsz-vast",
        "four billion samples in 40",
        _spoiled(b"stsz", 8, struct.pack(">I", MANY)),
        (BROKEN, ACCEPTED, SHORT, NO_VIDEO),
    ),
    Case(
        "stco-vast",
        "four billion chunks",
        _spoiled(b"stco", 4, struct.pack(">I", MANY)),
        (BROKEN, ACCEPTED, SHORT, NO_VIDEO),
    ),
    Case(
        "stts-vast",
        "four billion durations",
        _spoiled(b"stts", 4, struct.pack(">I", MANY)),
        (BROKEN, ACCEPTED, SHORT, NO_VIDEO, LONG),
    ),
    Case(
        "stsd-vast",
        "four billion descriptions",
        _spoiled(b"stsd", 4, struct.pack(">I", MANY)),
        (BROKEN, ACCEPTED, NO_VIDEO),
    ),
    Case(
        "trun-vast",
        "a fragment of four billion samples",
        lambda kit: after(_fragments(kit), b"trun", 4, struct.pack(">I", MANY)),
        (BROKEN, SHORT, ACCEPTED),
    ),
    Case(
        "trun-backwards",
        "a fragment whose data lies before it",
        lambda kit: after(_fragments(kit), b"trun", 8, struct.pack(">i", -(1 << 31))),
        (BROKEN, SHORT),
    ),
    Case("many-streams", "1,200 tracks", _many_streams, (BROKEN, NO_VIDEO)),
    Case("attachment", "a font attached", _attachment, (ACCEPTED,)),
    Case("subtitles", "subtitles that name a file", _subtitles, (ACCEPTED,)),
    Case("tagged", "place, device and comment in its tags", _tagged, (ACCEPTED,)),
    Case("liar", "a title that mimics the prober", _liar, (ACCEPTED,)),
    Case("compressed", "Matroska frames said to be zlib", _compressed, (BROKEN, ACCEPTED, NO_VIDEO, SHORT)),
    Case("unknown-sizes", "Matroska segments without end in segments", _unknown_sizes, (BROKEN,)),
    Case(
        "noise-iso",
        "random bytes behind MP4's first box",
        lambda _: FTYP + random.Random(5).randbytes(200_000),
        (BROKEN,),
    ),
    Case(
        "noise-matroska",
        "random bytes behind Matroska's",
        lambda _: EBML + random.Random(6).randbytes(200_000),
        (BROKEN,),
    ),
)


@cache
def names() -> tuple[str, ...]:
    """The cases' names, for parametrised tests."""
    return tuple(case.name for case in CASES)
