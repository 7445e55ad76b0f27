"""Owns every weight by which Plainview ranks. Nothing else in the code moves a video up or down.

It is written to be read by people who do not program. Three questions are answered here: what does one action tell us
(ACTION_WORTH), what is each action worth that a video is likely to call forth (CHANCE_WORTH), and from what is that
likelihood foretold (PART_WEIGHTS). A change of any number changes `model_version`, which is kept with every page that
was served.

Source: the published weighted sum of xai-org/x-algorithm; watch time freed of duration bias after Zhan et al.,
"Deconfounding Duration Bias in Watch-time Prediction" (D2Q, KDD 2022).
"""

import zlib
from typing import Final

from plainview.ports.engine import EventKind

# What one action is worth, for the person's taste and for the video's standing alike. A video that was shown and left
# no trace is worth 0. Taking an action back takes its worth back.
ACTION_WORTH: Final[dict[EventKind, float]] = {
    EventKind.FINISHED: 1.0,
    EventKind.SKIPPED: -0.5,
    EventKind.LIKE: 2.0,
    EventKind.UNLIKE: -2.0,
    EventKind.COMMENT: 2.0,
    EventKind.SHARE: 3.0,
    EventKind.SAVE: 2.5,
    EventKind.UNSAVE: -2.5,
    EventKind.FOLLOW: 3.0,
    EventKind.UNFOLLOW: -3.0,
    EventKind.NOT_INTERESTED: -4.0,
    EventKind.UNDO_NOT_INTERESTED: 4.0,
    EventKind.REPORT: -6.0,
    EventKind.HIDE_CREATOR: -6.0,
    EventKind.UNHIDE_CREATOR: 6.0,
    # A topic that somebody says they would like to see: as much as sharing a video of it, and of its tag alone.
    EventKind.CHOSE_TOPIC: 3.0,
}

# Watching is compared with how long people usually watch videos of about the same length: the longest watch of its kind
# counts +WATCH_WORTH, the shortest -WATCH_WORTH, the usual one 0. So long videos do not win by being long, nor short
# ones by being short.
WATCH_WORTH: Final = 1.0

# A video's place is what showing it is likely to be worth: the worth of each action here, times the chance of it for
# this person and this video, added up. What an action is worth once it has happened is said above, and the same here.
CHANCE_WORTH: Final[dict[str, float]] = {
    # The interest behind the time watched, compared with other watches of videos as long: 0 the least, 1 the most.
    "watch": 2.0 * WATCH_WORTH,
    "finish": ACTION_WORTH[EventKind.FINISHED],
    "replay": 1.0,
    "like": ACTION_WORTH[EventKind.LIKE],
    "share": ACTION_WORTH[EventKind.SHARE],
    "comment": ACTION_WORTH[EventKind.COMMENT],
    "follow": ACTION_WORTH[EventKind.FOLLOW],
    "save": ACTION_WORTH[EventKind.SAVE],
    "not_interested": ACTION_WORTH[EventKind.NOT_INTERESTED],
    "report": ACTION_WORTH[EventKind.REPORT],
}
# How often each of them happens where nothing is known yet. What really happens is learned from the first showing on.
USUAL_CHANCE: Final[dict[str, float]] = {
    "watch": 0.5,
    "finish": 0.3,
    "replay": 0.05,
    "like": 0.03,
    "share": 0.005,
    "comment": 0.005,
    "follow": 0.005,
    "save": 0.01,
    "not_interested": 0.005,
    "report": 0.0005,
}
# A watch of so many times the video's length is a replay.
REPLAYED_FROM: Final = 1.5

# How much of an opinion is left after each further event: the fast memory is halved in about 7 events, the slow in 350.
FAST_KEPT: Final = 0.90
SLOW_KEPT: Final = 0.998
FAST_SHARE: Final = 1.0
SLOW_SHARE: Final = 0.35

# How much each kind of trait says about a taste. Rare tags and words say more than common ones (see terms.py).
TRAIT_WEIGHTS: Final[dict[str, float]] = {
    "tag": 1.0,
    "creator": 0.8,
    "sound": 0.5,
    "word": 0.35,
    "look": 0.05,
    "length": 0.25,
    "language": 0.35,
}
# How much what a video's content foretells of it says of its place among the others, beside what one of its tags says
# (for its traits see above), once there are many videos to learn that from.
CONTENT_TRUST: Final = 1.0
# How much it adds to "learned" that a video looks and sounds like what the person answered to, by their answers, while
# nobody has seen it; half of that when so many people have answered to it, and ever less with more.
LEANING_WORTH: Final = 3.0
LEANING_HALF_VIEWERS: Final = 8.0

# From what the chances are foretold, and how much each part counts while nothing is known. Each part lies within about
# -1 to 1 before it is weighed. From what people did with what they were shown it is learned, for each action, how much
# the parts really say; but no part ever counts for less than a quarter, or for more than four times, of what stands
# here beside the others, so that what is published stays true, and a slider always moves its own way.
PART_WEIGHTS: Final[dict[str, float]] = {
    # shares tags, creator, sound, words, look or length with what was watched, looked for, or (below 0) skipped
    "taste": 0.8,
    "learned": 2.5,  # what people who answered to the same videos in the same way answered to this one
    "next": 2.0,  # a model of the order in which people took videos expects it after what this person enjoyed last
    "co_watched": 0.5,  # people who watched what the person just watched went on to watch this
    "kind": 3.0,  # is of a kind that this person answers to better than to others, or may, for all that is known
    "tired": 2.0,  # (0 or below) is of a kind of which our own pages showed this person much just now
    "quality": 1.5,  # was answered to better than the average video; below 0 too while few have answered
    "followed": 0.4,  # the person follows its creator
    "rising": 0.25,  # has been liked, watched and shared much in the last hours
    "fresh": 0.1,  # was published lately
    "language": -2.0,  # is in a language that the person neither lists nor enjoyed lately
    "luck": 0.03,  # a tiny lot, drawn anew for each person, so that equals are not shown in the same order to all
}

LEARNED_WITHIN: Final = (0.25, 4.0)
# One point of the weighted sum moves the odds of an action so much (in natural logarithms) while nothing is known; and
# so far, to either side, what is learned is expected to lie from that.
USUAL_STEEPNESS: Final = 0.3
STEEPNESS_SPREAD: Final = 0.05
# What is learned is of about so many of the last showings.
SHOWINGS_REMEMBERED: Final = 100_000.0

# Who did with a video what is worth this much together, enjoyed it.
ENJOYED_FROM: Final = 0.5
# An answer is all that one person did with one video, added up, and counts for no more than this to either side. The
# usual one counts more than a video that was not seen, so that what many chose stands above what nobody tried.
ANSWER_WORTH_MAX: Final = 1.0
ANSWER_OFFSET: Final = 0.5
# "learned" counts half when so many people have answered to anything, and in full when there are many more.
TRUSTED_PEOPLE: Final = 24.0
# How soon agreement with a taste counts in full.
TASTE_STEEPNESS: Final = 1.0
# "taste" goes by what a video shares with others, and counts half when so many people have answered to this one itself;
# in full for a newcomer, of whom nothing else is known.
TASTE_HALF_VIEWERS: Final = 24.0
# What bears all the words that the person just looked for by themselves has so much more "taste", for known videos and
# people too; what they looked for before that counts so many times as much, and what before that, so many times again.
LOOKED_FOR_WORTH: Final = 0.5
LOOKED_FOR_KEPT: Final = 0.8
# How many showings' worth of average behaviour every video is credited with before its own record counts.
QUALITY_PRIOR_SHOWINGS: Final = 15.0
# Every video is credited with so many answers, each so much worse than the average one, before its own count.
STANDING_PRIOR_ANSWERS: Final = 10.0
STANDING_DOUBT: Final = 0.3
FRESH_HALF_LIFE_DAYS: Final = 3.0
RISING_HALF_LIFE_HOURS: Final = 4.0
# So much worth in the last hours counts as half of the most that "rising" can give.
RISING_HALF_WORTH: Final = 20.0
CO_WATCHED_HALF_LIFE_DAYS: Final = 14.0
# Who enjoyed so many of their last few videos in a language that they do not list, understands it; with fewer, in part.
LANGUAGE_UNDERSTOOD_FROM: Final = 3.0
# How widely one person's answers to videos of one kind scatter around what they think of it; and how widely what people
# think of everything scatters, around what a newcomer is taken to think.
ANSWER_SCATTER: Final = 0.7
USUAL_LIKING: Final = -0.2
USUAL_SPREAD: Final = 0.3
# Of most kinds people think about the same as of everything, and of a few they think very differently: how widely these
# opinions scatter, and how many kinds matter so. So it takes a few answers to make up one's mind of a kind.
KIND_SPREAD: Final = 0.25
KIND_SPREAD_WIDE: Final = 0.7
KIND_MATTERS: Final = 0.15
# How much it counts for a kind that it is not known yet what the person thinks of it: so many times the doubt.
KIND_CURIOSITY: Final = 0.4
# A person may tire of a kind sooner or later than others. How widely that scatters (in the log-odds of a watch), within
# what bounds it is believed (in times of what others have), and from how many watches of ours on.
REPEATS_SPREAD: Final = 0.3
REPEATS_BORNE: Final = (0.25, 2.0)
REPEATS_VIEWS: Final = 256
# Some like long videos in the evening and short ones at noon. From so many watches on (they fade), a fifth of them at
# this part of the day and a fifth at others, "taste" grows by how much better a length is answered to now; each length
# at each part of the day is credited with so many watches that say nothing.
HABIT_VIEWS: Final = 220
TIME_OF_DAY_PATIENCE: Final = 20.0
# What a person has met of a kind fades: so much is left after each further showing, and half after so many hours away.
MET_KEPT: Final = 0.93
MET_HALF_LIFE_HOURS: Final = 3.0

# Variety: how much it counts that a video shows something that those before it on the page do not; more for newcomers,
# whose tastes are not known (the addition is halved by ten showings, or by one video enjoyed). Two in a row of one
# creator or one sound are never placed while there is anything else; the second of two that begin with the same tag
# loses this much.
VARIETY: Final = 0.8
NEWCOMER_VARIETY: Final = 0.8
TOPIC_IN_A_ROW: Final = 0.06
# Two of one learned kind are as alike as two that share a trait of so much weight.
KIND_SHARED: Final = 1.0
NEWCOMER_SHOWINGS: Final = 10.0

# The person's own hand. Five sliders, each moved by up to two steps to either side of the middle, which is what stands
# in this file; here is what each step multiplies by. No slider turns a part off or around: what a person passes over
# still counts against a video. "varied" moves VARIETY and NEWCOMER_VARIETY, and up, also how many of the best videos a
# page is chosen from. No slider moves "language" and "luck", nor what may be shown at all.
SLIDER_STEPS: Final[dict[int, float]] = {-2: 0.1, -1: 0.4, 0: 1.0, 1: 2.0, 2: 4.0}
SLIDERS: Final[dict[str, tuple[str, ...]]] = {
    "familiar": ("taste", "learned", "next", "co_watched", "kind"),
    "followed": ("followed",),
    "popular": ("quality", "rising"),
    "fresh": ("fresh",),
    "varied": ("tired",),
}

# Every page of at least this size gives one place to a new video, by lot, until that video has had its exposures or
# is no longer new.
EXPLORE_PAGE_SIZE_MIN: Final = 3
FRESH_EXPOSURES: Final = 100
# So long after its publishing a video takes part in the lot; where nothing is newer, no place goes by lot.
FRESH_HOURS: Final = 48.0
# The lot: this share of the chance is spread evenly, the rest goes to those whom the person is likelier to enjoy.
EXPLORE_EVEN_SHARE: Final = 0.3
EXPLORE_TEMPERATURE: Final = 0.2

# A part must move a video up by at least this much to be named as a reason.
REASON_WEIGHT_MIN: Final = 0.05

_NUMBERS: Final = [(name, number) for name, number in list(globals().items()) if name.isupper() and name[0] != "_"]

MODEL_VERSION: Final = f"taste-3-{zlib.crc32(repr(_NUMBERS).encode()):08x}"
"""The recipe's number and a checksum of every weight above."""
