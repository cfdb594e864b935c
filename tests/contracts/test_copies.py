"""docs/reference/copies.md lists the copies that exist, by the events that change them, and the audit compares them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sqlalchemy import Table

from edu_common.auth.revocations import AccessRevocation
from edu_common.events import Routes
from edu_seed.invariants.copies import COPIES
from edu_topology import SERVICES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "copies.md"
CODE = re.compile(r"`([^`]+)`")
EVENT = re.compile(r"[a-z]+\.(?:[a-z_]+|\*)")


@dataclass(frozen=True)
class Listed:
    """A row of the page's tables that names a copy, for one service."""

    service: str
    table: str
    columns: frozenset[str]
    events: frozenset[str]
    """The types in the row, or patterns such as `course.*`."""


def listed() -> Iterator[Listed]:
    for line in PAGE.read_text().splitlines():
        copy, *others = [cell.strip() for cell in line.strip("|").split("|")]
        name, *columns = CODE.findall(copy) or [""]
        if not line.startswith("| `") or "." not in name:
            continue
        service, table = name.split(".")
        events = frozenset(code for cell in others for code in CODE.findall(cell) if EVENT.fullmatch(code))
        for one in set(SERVICES) - {"identity"} if service == "*" else {service}:
            yield Listed(one, table, frozenset(columns), events)


def subscribed(service: str) -> set[str]:
    """Return the types of the events that a service receives."""
    routes: list[Routes] = [import_module(f"edu_{source}.publishers").ROUTES for source in SERVICES]
    return {event for of_source in routes for event, subscribers in of_source.items() if service in subscribers}


def matching(pattern: str, types: set[str]) -> set[str]:
    prefix, _, name = pattern.partition(".")
    return {known for known in types if known == pattern or (name == "*" and known.startswith(f"{prefix}."))}


def test_the_page_and_the_audit_name_the_same_copies() -> None:
    on_page = [(row.service, row.table, row.columns) for row in listed()]
    assert sorted(on_page, key=str) == sorted(((copy.database, copy.table, copy.columns) for copy in COPIES), key=str)
    assert all(copy.holds for copy in COPIES)


def test_their_columns_exist() -> None:
    for row in listed():
        tables: Mapping[str, Table] = {
            **import_module(f"edu_{row.service}.models").Base.metadata.tables,
            **AccessRevocation.metadata.tables,
        }
        assert row.columns, row
        assert row.columns <= set(tables[row.table].columns.keys()), row


def test_each_event_that_a_service_receives_changes_a_copy() -> None:
    for service in SERVICES:
        known = subscribed(service)
        patterns = {pattern for row in listed() if row.service == service for pattern in row.events}
        assert [pattern for pattern in patterns if not matching(pattern, known)] == []
        assert known - {event for pattern in patterns for event in matching(pattern, known)} == set()
