"""Owns the ladder: which rungs a picture gets, and FFmpeg's filter graph and arguments that make them. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from plainview.ports.transcoder import Loudness, Probe, Rung

# Short edge, kb/s, most kb/s (look at docs/decisions on the ladder); for 16:9 either way up.
STEPS = ((360, 500, 600), (540, 1_200, 1_400), (720, 2_400, 2_800), (1080, 4_500, 5_500))
AV1_STEPS = ((360, 300, 400), (720, 1_300, 1_700), (1080, 2_600, 3_300))
FIRST_SHORT_EDGE = 540
# A picture that is this much larger than the rung below it, and fits no rung, gets one of its own size.
OWN_RUNG_FACTOR = 1.2
LONG_EDGE_MAX = 4_096
SEGMENT_S = 2
POSTER_RATE = Fraction(10)
LOUDNESS_TARGET_LUFS = -14.0
# A coder of sound overshoots the peaks that it is given, by 1.1 dB on bursts of noise; this leaves -1 dBTP after it.
PEAK_TARGET_DB = -2.5
# Keyframes at 0, 1, 2, 4, 6 … seconds: two short segments to start on, then segments of two, the same in every rung.
KEYFRAMES = "expr:if(lt(n_forced,2),gte(t,n_forced),gte(t,2*(n_forced-1)))"


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream to be written: the folder it goes to, the label or map it comes from, and its encoder's arguments."""

    folder: Path
    source: str
    coding: tuple[str, ...]
    segment_s: float


def rungs_for(width: int, height: int, steps: tuple[tuple[int, int, int], ...] = STEPS) -> tuple[Rung, ...]:
    """The rungs of a picture, lowest first: never upscaled, at least one."""
    short = min(width, height)
    fitting = [step for step in steps if step[0] <= short]
    largest = fitting[-1][0] if fitting else 0
    if short < steps[-1][0] and short >= largest * OWN_RUNG_FACTOR:
        above = next(step for step in steps if step[0] > short)
        share = (short / above[0]) ** 1.5
        fitting.append((_even(short, short), round(above[1] * share), round(above[2] * share)))
    return tuple(_rung(width, height, *step) for step in fitting)


def _rung(width: int, height: int, short_edge: int, kbps: int, kbps_max: int) -> Rung:
    """A rung with the picture's proportions, in even pixels."""
    scale = min(short_edge / min(width, height), LONG_EDGE_MAX / max(width, height))
    return Rung(
        short_edge, _even(width * scale, width), _even(height * scale, height), max(kbps, 80), max(kbps_max, 120)
    )


def _even(length: float, most: int) -> int:
    """The nearest even number of pixels that is no more than there are: chroma is shared by two. At least 2."""
    return max(min(2 * round(length / 2), most - most % 2), 2)


def first_rung(rungs: tuple[Rung, ...]) -> Rung:
    """The middle rung that a source is first encoded to."""
    return max(
        (rung for rung in rungs if rung.short_edge <= FIRST_SHORT_EDGE),
        key=lambda rung: rung.short_edge,
        default=rungs[0],
    )


def picture_graph(probe: Probe, rungs: tuple[Rung, ...], rate: Fraction) -> tuple[str, dict[int, str]]:
    """The filter graph that makes all rungs from one decode, and the label of each rung by its short edge.

    Each rung is scaled from the next larger one, which costs a third of scaling each from the source.
    """
    falling = sorted(rungs, key=lambda rung: rung.short_edge, reverse=True)
    parts = [_prepared(probe, falling[0], rate)]
    labels: dict[int, str] = {}
    for index, rung in enumerate(falling):
        last = index == len(falling) - 1
        scale = "" if index == 0 else f"[down{index}]scale={rung.width}:{rung.height}:flags=bicubic,setsar=1"
        fork = f"null[v{rung.short_edge}]" if last else f"split=2[v{rung.short_edge}][down{index + 1}]"
        parts.append(f",{fork}" if index == 0 else f";{scale},{fork}")
        labels[rung.short_edge] = f"[v{rung.short_edge}]"
    return "".join(parts), labels


def _prepared(probe: Probe, top: Rung, rate: Fraction) -> str:
    """The source upright (FFmpeg turns it), at a constant rate, in BT.709 with 8 bits, at the size of the top rung."""
    steps = ["[0:V:0]null"]
    if probe.interlaced:
        steps.append("bwdif=deint=interlaced")
    steps.append(f"fps=fps={rate.numerator}/{rate.denominator}:start_time=0")
    size = f"{top.width}:{top.height}"
    if probe.hdr:
        # Made small first: tone mapping works in floating point, and on fewer pixels.
        steps.append(f"scale={size}:flags=bicubic,setparams=color_primaries=bt2020:colorspace=bt2020nc:range=tv")
        transfer = {"pq": "smpte2084", "hlg": "arib-std-b67"}[probe.hdr]
        steps.append(f"setparams=color_trc={transfer},zscale=transfer=linear:npl=203,format=gbrpf32le")
        steps.append("zscale=primaries=709,tonemap=tonemap=hable:desat=0")
        steps.append("zscale=transfer=709:matrix=709:range=limited,format=yuv420p,setsar=1")
        return ",".join(steps)
    matrix = "" if _says_matrix(probe) else ":in_color_matrix=" + ("bt709" if probe.short_edge >= 720 else "bt601")
    steps.append(f"scale={size}:flags=bicubic{matrix}:out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1")
    steps.append("setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv")
    return ",".join(steps)


def _says_matrix(probe: Probe) -> bool:
    """True when the stream itself says by which matrix its colours are to be read."""
    return any(name in probe.colour for name in ("bt709", "bt2020", "smpte170m", "bt470bg", "gbr", "smpte240m"))


def sound_graph(loudness: Loudness | None, duration_s: float) -> str:
    """The second pass of EBU R 128 on stereo at 48 kHz, cut or filled to the length of the picture."""
    steps = ["aformat=channel_layouts=stereo", "aresample=async=1:first_pts=0"]
    if loudness is not None and not loudness.silent:
        measured = (
            f"measured_I={loudness.integrated_lufs:.2f}:measured_TP={loudness.true_peak_db:.2f}"
            f":measured_LRA={loudness.range_lu:.2f}:measured_thresh={loudness.threshold_lufs:.2f}"
        )
        # One gain for the whole of it wherever the peaks allow; a range no smaller than the source's keeps it that way.
        span = min(max(11.0, loudness.range_lu), 50.0)
        target = f"I={LOUDNESS_TARGET_LUFS}:TP={PEAK_TARGET_DB}:LRA={span:.1f}"
        steps.append(f"loudnorm={target}:{measured}:offset={loudness.target_offset_lu:.2f}:linear=true")
    length = f"{duration_s:.3f}"
    return ",".join([*steps, "aresample=48000", f"apad=whole_dur={length}", f"atrim=end={length}"])


def h264_coding(rung: Rung, rate: Fraction, preset: str) -> tuple[str, ...]:
    """x264's arguments: constant quality under a ceiling; closed groups of pictures, cut alike in all rungs.

    A thread of its own that looks ahead would keep more pictures in memory, and make none of them better. Five pictures
    ahead and not ten: on three clips 11 to 16 % fewer bytes at 0.4 to 0.7 dB less SSIM, and a seventh less memory.
    """
    return (
        *("-c:v", "libx264", "-preset", preset, "-profile:v", "high", "-crf", "22"),
        *("-maxrate", f"{rung.video_kbps_max}k", "-bufsize", f"{2 * rung.video_kbps_max}k"),
        *("-g", str(round(rate * SEGMENT_S)), "-sc_threshold", "0", "-force_key_frames", KEYFRAMES),
        *("-flags:v", "+cgop+bitexact", "-bf", "2", "-x264-params", "sync-lookahead=0:rc-lookahead=5"),
    )


def av1_coding(rung: Rung, rate: Fraction, preset: int) -> tuple[str, ...]:
    """SVT-AV1's arguments: constant quality under a ceiling, a keyframe each two seconds, little done at once."""
    return (
        *("-c:v", "libsvtav1", "-preset", str(preset), "-crf", "34", "-g", str(round(rate * SEGMENT_S))),
        *("-svtav1-params", f"lp=1:mbr={rung.video_kbps_max}:irefresh-type=2:scd=0", "-flags:v", "+bitexact"),
    )


def aac_coding() -> tuple[str, ...]:
    """AAC-LC at 128 kb/s, stereo, 48 kHz."""
    return ("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000", "-flags:a", "+bitexact")


def opus_coding() -> tuple[str, ...]:
    """Opus at 96 kb/s, stereo, 48 kHz."""
    return ("-c:a", "libopus", "-b:a", "96k", "-ac", "2", "-ar", "48000", "-flags:a", "+bitexact")


def hls_output(stream: Stream) -> list[str]:
    """FFmpeg's arguments that write one stream as CMAF segments with their playlist, without any metadata.

    With signed offsets and no shifting the first picture is at 0 without an edit list, which browsers read differently.
    """
    return [
        *("-map", stream.source, *stream.coding),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-avoid_negative_ts", "disabled"),
        *("-f", "hls", "-hls_time", f"{stream.segment_s:g}", "-hls_playlist_type", "event", "-hls_list_size", "0"),
        *("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4"),
        *("-hls_segment_options", "movflags=+negative_cts_offsets+frag_custom+dash+delay_moov"),
        *("-hls_flags", "independent_segments+temp_file"),
        *("-hls_segment_filename", f"file:{stream.folder}/seg_%05d.m4s", f"file:{stream.folder}/index.m3u8"),
    ]
