"""Owns who may open what, and why: the Cedar policies beside this module, and what the columns' declarations add.

The policies are parsed once. Whatever can be asked is finite (see `every_question`), so each answer is remembered, and
a test asks for all of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

from cedarpy import Decision, Entities, PolicySet, is_authorized_batch, validate_policies

from plainview.kernel.errors import NotAllowedError, UnavailableError
from plainview.kernel.purposes import DataClass, Purpose, SealedField
from plainview.warden.keys import Age

FOLDER: Final = Path(__file__).with_name("policies")
DECLARED: Final = "90-columns.cedar"
SERVICES: Final = ("server", "feed", "worker")
STAFF: Final = "staff"
APPROVALS_NEEDED: Final = 2
SCHEMA: Final = """
entity Service;
entity Staff;
entity DataClass;
entity Column in [DataClass];
action open appliesTo {
  principal: [Service, Staff],
  resource: [Column],
  context: { purpose: String, age: String, home: Bool, approvals: Long, glass_broken: Bool, case: Bool }
};
"""


class PolicyBrokenError(UnavailableError):
    """The policies cannot be read, or do not fit the schema: nothing is opened by them."""

    code, title = "policy_broken", "The policies on personal data cannot be read"


class Question(NamedTuple):
    """All that a decision depends on."""

    principal: str
    purpose: str
    field: str
    age: Age = Age.UNKNOWN
    home: bool = True
    approvals: int = 0
    glass_broken: bool = False
    case: bool = False


class Policy:
    """The policies in force, and their answers."""

    def __init__(self, fields: Mapping[str, SealedField]) -> None:
        self.fields = dict(fields)
        self.texts = _texts(self.fields)
        joined = "".join(self.texts.values())
        # What the log says of the policies: the hash of all files, one after another in the order of their names.
        self.hash = sha256(joined.encode()).digest()
        checked = validate_policies(joined, SCHEMA)
        if not checked.validation_passed:
            raise PolicyBrokenError("; ".join(str(error) for error in checked.errors))
        self._policies = PolicySet.from_str(joined)
        self._entities = Entities.from_json_str(json.dumps(_entities(self.fields)))
        self._answers: dict[Question, bool] = {}

    def allows(self, question: Question) -> bool:
        """Whether the policies permit it, and none forbids it."""
        answer = self._answers.get(question)
        if answer is None:
            answer = self._answers[question] = self.decide([question])[0]
        return answer

    def check(self, question: Question) -> None:
        """Nothing, when the policies permit it.

        Raises:
            NotAllowedError: they do not.
        """
        if not self.allows(question):
            raise NotAllowedError(_refusal(question))

    def class_of(self, field: str) -> DataClass:
        """The class of a sealed column.

        Raises:
            NotAllowedError: no such column is declared.
        """
        declared = self.fields.get(field)
        if declared is None:
            raise NotAllowedError(f"{field} is not declared as a sealed column.")
        return declared.data_class

    def decide(self, questions: Sequence[Question]) -> list[bool]:
        """The answer to each, asked of Cedar anew and in one call. Whatever is not declared is refused."""
        asked = [_request(question) for question in questions]
        answers = is_authorized_batch(asked, self._policies, self._entities)
        return [
            question.field in self.fields and answer.decision is Decision.Allow
            for question, answer in zip(questions, answers, strict=True)
        ]


def principal_of(name: str) -> str:
    """What the policies call this principal: a service by its name, `staff:<handle>` as staff.

    Raises:
        NotAllowedError: it is neither.
    """
    if name in SERVICES:
        return name
    kind, _, handle = name.partition(":")
    if kind == STAFF and handle:
        return STAFF
    raise NotAllowedError(f"{name!r} is not a principal: {', '.join(SERVICES)} or staff:<handle>.")


def every_question(policy: Policy) -> Iterator[Question]:
    """Every combination of what a decision depends on; of approvals none, one, and as many as are needed."""
    flags = (False, True)
    counts = range(APPROVALS_NEEDED + 1)
    principals = (*SERVICES, STAFF)
    for values in product(principals, Purpose, policy.fields, Age, flags, counts, flags, flags):
        yield Question(*values)


def _request(question: Question) -> dict[str, object]:
    return {
        "principal": {"type": "Staff" if question.principal == STAFF else "Service", "id": question.principal},
        "action": {"type": "Action", "id": "open"},
        "resource": {"type": "Column", "id": question.field},
        "context": {
            "purpose": question.purpose,
            "age": question.age.name.lower(),
            "home": question.home,
            "approvals": question.approvals,
            "glass_broken": question.glass_broken,
            "case": question.case,
        },
    }


def _texts(fields: Mapping[str, SealedField]) -> dict[str, str]:
    """The policies by the names of their files, in order; the last is made from the columns' declarations."""
    texts = {path.name: path.read_text() for path in sorted(FOLDER.glob("*.cedar"))}
    return {**texts, DECLARED: _declared(fields)}


def _declared(fields: Mapping[str, SealedField]) -> str:
    head = (
        "// Made from the columns' declarations: whatever else permits it, a column opens for its own purposes only.\n"
    )
    return head + "".join(_column_rule(field, each) for field, each in sorted(fields.items()))


def _column_rule(field: str, declared: SealedField) -> str:
    purposes = ",\n".join(f"    {json.dumps(purpose.value)}" for purpose in sorted(declared.purposes))
    return (
        f'\n// {field} holds: {declared.data_class.value}\nforbid (principal, action, resource == Column::"{field}")\n'
        f"unless {{\n  [\n{purposes}\n  ].contains(context.purpose) || context.glass_broken\n}};\n"
    )


def _entities(fields: Mapping[str, SealedField]) -> list[dict[str, object]]:
    classes: list[dict[str, object]] = [
        {"uid": {"type": "DataClass", "id": each.value}, "attrs": {}, "parents": []} for each in DataClass
    ]
    columns: list[dict[str, object]] = [
        {
            "uid": {"type": "Column", "id": field},
            "attrs": {},
            "parents": [{"type": "DataClass", "id": each.data_class.value}],
        }
        for field, each in sorted(fields.items())
    ]
    return [*classes, *columns]


def _refusal(question: Question) -> str:
    if not question.home:
        return "This is another region's data: it takes two approvals by people of that region, and a case."
    if question.principal == STAFF and not question.case:
        return "Staff open personal data in a case only: name it."
    return f"The policies do not let {question.principal} open {question.field} for {question.purpose}."
