"""Traits: which words of a caption are held to say something."""

from plainview.engine.terms import words_of


def test_words_that_say_nothing_of_a_subject_are_left_out() -> None:
    assert words_of("Fire, if fire were cloth.", 8) == ("fire", "cloth")
    assert words_of("Sea silk. Watch one fold all the way round.", 8) == ("silk", "fold", "round")
    assert words_of("Dieselbe Pendelwelle, von oben gesehen. Keines weiß vom anderen.", 2) == (
        "dieselbe",
        "pendelwelle",
    )


def test_only_the_first_few_are_taken_and_each_once() -> None:
    assert words_of("Rain and rain and Regen und pluie und lluvia", 3) == ("rain", "regen", "pluie")
