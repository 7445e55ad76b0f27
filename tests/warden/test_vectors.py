"""The test vectors are what this code makes: a change of the format cannot pass unseen."""

from tests.warden.make_vectors import VECTORS, make, text_of


def test_the_vectors_in_the_documentation_are_what_the_code_makes() -> None:
    assert VECTORS.read_text() == text_of(make()), "run: python -m tests.warden.make_vectors"
