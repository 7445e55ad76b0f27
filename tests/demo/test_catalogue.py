"""The list of samples: what it promises to whoever opens an empty instance."""

import io

from PIL import Image

from plainview.demo.catalogue import CAPTIONS, catalogue
from plainview.demo.kinds import KINDS
from plainview.demo.palette import RAMPS
from plainview.demo.portrait import portrait
from plainview.media.captions import cues_of


def test_there_are_sixty_clips_of_many_kinds_by_a_dozen_accounts() -> None:
    samples = catalogue()
    assert len(samples.clips) >= 60
    assert len({clip.recipe.kind for clip in samples.clips}) >= 10
    assert len({clip.handle for clip in samples.clips}) >= 12
    assert len({clip.name for clip in samples.clips}) == len(samples.clips)


def test_every_account_says_that_it_is_a_sample() -> None:
    marks = ("sample", "échantillon", "exemple", "muestra", "beispiel", "サンプル", "تجريبي")
    for account in catalogue().accounts:
        assert account.handle.startswith("sample_")
        assert any(mark in account.bio.lower() for mark in marks), account.handle


def test_whoever_is_named_is_there_and_whatever_is_asked_for_can_be_made() -> None:
    samples = catalogue()
    handles = {account.handle for account in samples.accounts}
    for account in samples.accounts:
        assert set(account.follows) <= handles - {account.handle}
        assert account.palette in RAMPS
    for clip in samples.clips:
        assert clip.handle in handles
        assert clip.recipe.kind in KINDS
        assert clip.recipe.palette in RAMPS
        assert 5 <= clip.recipe.seconds <= 15
        assert clip.tags
    assert all(remark.handle in handles for remark in samples.comments)


def test_captions_come_in_six_languages_and_fit() -> None:
    samples = catalogue()
    assert {clip.language for clip in samples.clips} >= {"en", "es", "de", "fr", "ar", "ja"}
    assert all(0 < len(clip.post) <= 300 for clip in samples.clips)


def test_a_third_of_the_clips_say_in_captions_what_is_heard() -> None:
    clips = catalogue().clips
    captioned = [clip for clip in clips if clip.caption_files]
    assert 3 * len(captioned) >= len(clips)
    assert all(clip.caption_files for clip in clips if clip.recipe.kind in {"facts", "sorting"})
    assert {language for clip in captioned for language in clip.caption_files} == {"en", "de"}
    # A file that belongs to no clip would never be seen.
    assert sum(len(clip.caption_files) for clip in captioned) == len(list(CAPTIONS.iterdir()))
    for clip in captioned:
        for file in clip.caption_files.values():
            cues = cues_of(file.read_bytes())
            assert cues[0].start_ms == 0
            assert cues[-1].end_ms == round(clip.recipe.seconds * 1000)
            assert all(len(line) <= 72 for cue in cues for line in cue.text.split("\n"))


def test_a_few_clips_are_odd_on_purpose() -> None:
    sizes = [(clip.recipe.width, clip.recipe.height) for clip in catalogue().clips]
    assert {(1280, 720), (720, 720), (1080, 1920)} <= set(sizes)
    assert sum(clip.recipe.silent for clip in catalogue().clips) == 1


def test_a_portrait_is_a_picture_and_an_accounts_own() -> None:
    first, second = portrait("sample_mira", "rose"), portrait("sample_teo", "rose")
    assert first == portrait("sample_mira", "rose")
    assert first != second
    assert Image.open(io.BytesIO(first)).size == (256, 256)
