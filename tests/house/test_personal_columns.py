"""Every table that holds a person's id says of each column what it is; the data map follows; one module seals."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

import plainview
from plainview.kernel.purposes import SealedField
from plainview.ports.database import Transaction
from plainview.privacy.declared import PERSON_COLUMNS, data_map, declarations, open_without_reason, undeclared
from plainview.privacy.personal import DataClass, Purpose, Retention, personal, public, tables
from plainview.privacy.sealed import SEALED
from plainview.wiring import DECLARING

SOURCE = Path(plainview.__file__).parent


@pytest.fixture(scope="module")
def declared() -> MetaData:
    for domain in DECLARING:
        import_module(f"plainview.{domain}.tables")
    return tables


def test_every_domain_with_tables_is_known_to_the_door() -> None:
    assert sorted(path.parent.name for path in SOURCE.glob("*/tables.py")) == sorted(DECLARING)


def test_every_column_beside_a_persons_id_is_declared(declared: MetaData) -> None:
    assert undeclared(declared) == []


def test_a_planted_undeclared_column_is_found() -> None:
    planted = MetaData()
    Table("diary", planted, public(Column("person_id", BigInteger, primary_key=True)), Column("secret", Text))
    assert undeclared(planted) == ["diary.secret"]


@pytest.mark.anyio
async def test_the_database_has_no_column_that_the_declarations_lack(declared: MetaData, tx: Transaction) -> None:
    rows = await (
        await tx.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name NOT LIKE 'procrastinate%' AND table_name <> 'alembic_version' "
            "AND table_name !~ '^(events|event_segments|pages)_[0-9]+$'"
        )
    ).fetchall()
    assert {f"{table}.{column}" for table, column in rows} == {
        f"{table.name}.{column.name}" for table in declared.sorted_tables for column in table.columns
    }


def test_every_column_that_points_to_a_person_is_known_by_name(declared: MetaData) -> None:
    suspects = {
        column.name
        for table in declared.sorted_tables
        for column in table.columns
        if re.search(r"(person|actor|owner|author|user|follow\w*|block\w*)_id$", column.name)
    }
    assert suspects == set(PERSON_COLUMNS)


def test_the_data_map_tells_class_purposes_and_retention_of_each(declared: MetaData) -> None:
    lines = data_map(declarations(declared))
    assert len(lines) > 30
    assert all(line.purposes and line.retention for line in lines)
    assert {f"{line.table}.{line.column}" for line in lines if line.sealed} >= {
        "persons.age_band",
        "sessions.address",
        "sessions.device",
        "reports.text",
    }


def test_what_the_warden_knows_of_sealed_columns_is_what_they_declare(declared: MetaData) -> None:
    lines = declarations(declared).items()
    assert {name: SealedField(each.data_class, each.purposes) for name, each in lines if each.sealed} == SEALED


def test_a_personal_column_lies_sealed_or_says_why_not(declared: MetaData) -> None:
    assert open_without_reason(declarations(declared)) == []


def test_a_planted_open_column_without_a_reason_is_found() -> None:
    planted = MetaData()
    column = Column("secret", Text)
    Table("diary", planted, personal(column, DataClass.DRAFTS, Purpose.OWN_VIEW, keep=Retention.ACCOUNT))
    assert open_without_reason(declarations(planted)) == ["diary.secret"]


def test_one_module_imports_the_aeads_and_only_keys_their_copies_custodians_and_bodies_use_it() -> None:
    sealing = re.compile(r"^\s*(?:from|import) .*(?:ciphers|AESGCM|ChaCha20|Fernet)", re.MULTILINE)
    importing = re.compile(r"^\s*(?:from|import) .*\bsealing\b", re.MULTILINE)
    sources = {path.relative_to(SOURCE).as_posix(): path.read_text() for path in SOURCE.rglob("*.py")}
    assert [name for name, text in sources.items() if sealing.search(text)] == ["warden/sealing.py"]
    used_by = {name for name, text in sources.items() if importing.search(text)}
    allowed = {"warden/hpke.py", "warden/keys.py", "warden/opening.py", "operations/locked_files.py"}
    custodians = {name for name in used_by if name.startswith("adapters/custodian_")}
    assert used_by <= allowed | custodians
