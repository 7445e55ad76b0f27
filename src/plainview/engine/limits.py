"""Owns the engine's bounds: how much is kept and looked at. They cost memory and time, and rank nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of the engine, with its unit."""

    page_items_max: int = 64
    traits_per_item: int = 16
    tags_per_item_max: int = 8
    words_per_item_max: int = 3
    co_watched_per_item: int = 16
    tastes_per_person: int = 160
    events_per_person: int = 200
    seen_per_person_max: int = 4096
    """At the cap the video seen longest ago is forgotten and may come again as if it were new."""
    refused_per_person_max: int = 256
    forgotten_per_person_max: int = 64
    """Single tastes that were forgotten and can be taken back."""
    anchors: int = 6
    """How many of the last enjoyed items are looked at for co-watched and similar ones."""
    pool_items: int = 512
    """The length of the popular and of the rising list."""
    fresh_pool_items: int = 48
    languages: int = 64
    """So many languages have a list of what is well liked in them: those that came first."""
    near_pool_items: int = 128
    source_items: int = 24
    """How many unseen items the popular, the rising and the near source give."""
    taste_terms: int = 4
    """How many of the person's strongest traits are followed to further items."""
    newest_per_term: int = 6
    window_per_term: int = 6
    same_anchors: int = 3
    """The sound and first tag of so many of the last enjoyed items are followed to their newest."""
    followed_creators: int = 12
    looked_for: int = 3
    """So many of the last things that the person looked for lead to items, by at most so many traits together."""
    looked_for_terms: int = 8
    looked_for_characters: int = 100
    newest_per_looked: int = 16
    vector_size: int = 32
    kinds: int = 32
    """So many kinds of items are told apart."""
    kinds_from_answers: int = 2_000
    """With fewer answers there are no kinds."""
    viewers_per_item: int = 48
    """So many of an item's last answers are learned from when its vector is solved anew."""
    answers_at_once: int = 48
    """Vectors are learned each time that so many answers are waiting."""
    showings_held: int = 16_384
    """So many of the last showings wait for what comes back of them."""
    stretch_items: int = 8_192
    """So many items at most are compared with a person's vector for one page."""
    learned_items: int = 32
    next_items: int = 32
    kind_items: int = 32
    variety_depth: int = 32
    """How many of the best candidates take part in the choice for variety."""
