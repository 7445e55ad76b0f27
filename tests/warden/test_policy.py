"""The policies, asked for everything that can be asked: what is finite need not be sampled."""

from collections.abc import Iterator

import pytest
from cedarpy import format_policies

from plainview.kernel.errors import NotAllowedError
from plainview.kernel.purposes import BEHAVIOUR, DataClass, Purpose, SealedField
from plainview.warden.keys import Age
from plainview.warden.policy import APPROVALS_NEEDED, STAFF, Policy, Question, every_question, principal_of

# A column of each class that declares every purpose: the widest that declarations could be, so that what is refused
# here is refused by the policies alone; and one that declares little.
ALL = frozenset(Purpose)
WIDE = {f"{each.value}.all": SealedField(each, ALL) for each in DataClass}
NARROW = {"narrow.column": SealedField(DataClass.ACCOUNT, frozenset({Purpose.OWN_VIEW}))}
FEED = {Purpose.FEED_RANK, Purpose.FEED_LEARN}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy({**WIDE, **NARROW})


@pytest.fixture(scope="module")
def allowed(policy: Policy) -> list[Question]:
    """Every question that is answered with yes, of all that can be asked."""
    questions = list(every_question(policy))
    assert len(questions) == 4 * len(Purpose) * len(policy.fields) * 3 * 2 * 3 * 2 * 2
    answers = policy.decide(questions)
    return [question for question, answer in zip(questions, answers, strict=True) if answer]


def classes(policy: Policy, questions: Iterator[Question]) -> set[DataClass]:
    return {policy.class_of(question.field) for question in questions}


def test_from_another_region_nothing_opens_without_two_approvals_and_a_case(allowed: list[Question]) -> None:
    abroad = [question for question in allowed if not question.home]
    assert abroad
    assert all(question.approvals >= APPROVALS_NEEDED and question.case for question in abroad)


def test_an_emergency_opens_for_staff_with_two_approvals_and_a_case_only(allowed: list[Question]) -> None:
    emergencies = [question for question in allowed if question.purpose == Purpose.EMERGENCY]
    assert emergencies
    for question in emergencies:
        assert question.principal == STAFF
        assert question.glass_broken
        assert question.approvals >= APPROVALS_NEEDED
        assert question.case


def test_what_minors_watched_is_never_used_by_the_feed_nor_reached_by_breaking_the_glass(
    policy: Policy, allowed: list[Question]
) -> None:
    minors = [question for question in allowed if question.age is Age.MINOR]
    assert BEHAVIOUR.isdisjoint(classes(policy, (each for each in minors if each.purpose in FEED)))
    assert BEHAVIOUR.isdisjoint(classes(policy, (each for each in minors if each.glass_broken)))
    assert classes(policy, (each for each in minors if each.purpose == Purpose.OWN_VIEW)) >= BEHAVIOUR


def test_the_purpose_of_protecting_minors_opens_age_bands_only(policy: Policy, allowed: list[Question]) -> None:
    opened = classes(policy, (question for question in allowed if question.purpose == Purpose.MINORS))
    assert opened == {DataClass.AGE_BAND}


def test_staff_open_nothing_without_a_case_and_nothing_but_cases_and_emergencies(allowed: list[Question]) -> None:
    staff = [question for question in allowed if question.principal == STAFF]
    assert all(question.case for question in staff)
    assert {question.purpose for question in staff} == {Purpose.MODERATION, Purpose.EMERGENCY}


def test_a_column_opens_for_the_purposes_that_it_declares_only(allowed: list[Question]) -> None:
    narrow = {each.purpose for each in allowed if each.field == "narrow.column" and not each.glass_broken}
    assert narrow == {Purpose.OWN_VIEW}


def test_the_feed_opens_for_the_feed_only(allowed: list[Question]) -> None:
    assert {each.purpose for each in allowed if each.principal == "feed"} == {*FEED, Purpose.MINORS}


def test_every_purpose_is_of_use_to_somebody(allowed: list[Question]) -> None:
    assert {question.purpose for question in allowed} == ALL


def test_more_leave_never_opens_less(allowed: list[Question]) -> None:
    there = set(allowed)
    for question in allowed:
        assert question._replace(case=True) in there
        assert question._replace(home=True) in there
        assert question._replace(approvals=APPROVALS_NEEDED) in there
        if question.age is Age.MINOR:
            assert question._replace(age=Age.ADULT) in there


def test_what_is_not_declared_and_who_is_nobody_open_nothing(policy: Policy) -> None:
    asked = Question("server", Purpose.OWN_VIEW, "narrow.column", Age.ADULT)
    assert policy.allows(asked)
    assert not policy.allows(asked._replace(field="another.column"))
    assert not policy.allows(asked._replace(purpose="account.curiosity"))
    assert not policy.allows(asked._replace(principal="nobody"))
    with pytest.raises(NotAllowedError):
        policy.check(asked._replace(principal="feed"))
    with pytest.raises(NotAllowedError):
        principal_of("nobody")


def test_the_hash_changes_with_any_word_of_any_file_and_with_any_declaration(policy: Policy) -> None:
    assert Policy({**WIDE, **NARROW}).hash == policy.hash
    assert Policy(WIDE).hash != policy.hash
    wider = SealedField(DataClass.ACCOUNT, frozenset({Purpose.OWN_VIEW, Purpose.SECURITY}))
    assert Policy({**WIDE, "narrow.column": wider}).hash != policy.hash


def test_each_file_can_be_read_by_somebody_who_is_no_programmer(policy: Policy) -> None:
    for name, text in policy.texts.items():
        rules = text.count("permit (") + text.count("forbid (")
        sentences = [line for line in text.splitlines() if line.startswith("// ")]
        assert rules, name
        assert len(sentences) >= rules, name
        assert max(map(len, text.splitlines())) <= 200
        assert format_policies(text)
