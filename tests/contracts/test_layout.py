"""The five services have the same structure, so that knowing one is knowing them all."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from edu_topology import SERVICES

ROOT = Path(__file__).parents[2]

EVERYWHERE = ("app.py", "context.py", "settings.py", "models.py", "publishers.py")
"""Modules of every service, besides `clients`, `consumers`, `metrics` and `tasks` where it has such."""

HOLD_SQL = {"models.py", "repository.py", "ledger.py", "conditions.py"}
HOLD_ENDPOINTS = {"router.py", "internal.py"}


def root(service: str) -> Path:
    return ROOT / "services" / service / "src" / f"edu_{service}"


def modules(service: str) -> list[Path]:
    """Return the service's modules by their path below the package."""
    return sorted(path.relative_to(root(service)) for path in root(service).rglob("*.py"))


def is_one_file_domain(module: Path) -> bool:
    return len(module.parts) == 1


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(service: str, module: Path) -> set[str]:
    """Yield the names of the modules that a module imports, and of what it imports from them."""

    def names() -> Iterator[str]:
        for node in ast.walk(tree(root(service) / module)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module)
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    return set(names())


def assigned(service: str, module: Path) -> set[str]:
    """Return the names that a module assigns at its top level."""
    found: set[str] = set()
    for node in tree(root(service) / module).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("service", SERVICES)
class TestLayout:
    def test_standard_modules(self, service: str) -> None:
        assert [name for name in EVERYWHERE if not (root(service) / name).is_file()] == []

    def test_sql_is_in_repositories_alone(self, service: str) -> None:
        builders = {
            "sqlalchemy.select",
            "sqlalchemy.insert",
            "sqlalchemy.update",
            "sqlalchemy.delete",
            "sqlalchemy.text",
        }
        builders |= {"sqlalchemy.dialects.postgresql.insert"}
        holders = [path for path in modules(service) if builders & imported(service, path)]
        assert [str(path) for path in holders if path.name not in HOLD_SQL and not is_one_file_domain(path)] == []

    def test_no_session_and_no_driver(self, service: str) -> None:
        hidden = ("sqlalchemy.ext", "asyncpg", "edu_common.database.executor.compiled")
        found = {(str(path), name) for path in modules(service) for name in imported(service, path)}
        assert sorted(pair for pair in found if pair[1].startswith(hidden)) == []

    def test_endpoints_know_nothing_of_the_database_but_pages(self, service: str) -> None:
        routers = [path for path in modules(service) if path.name in HOLD_ENDPOINTS]
        found = {(str(path), name) for path in routers for name in imported(service, path)}
        assert [pair for pair in found if "database" in pair[1] and "database.pagination" not in pair[1]] == []

    def test_endpoints_are_in_routers(self, service: str) -> None:
        holders = [path for path in modules(service) if "router" in assigned(service, path)]
        assert [str(path) for path in holders if path.name not in HOLD_ENDPOINTS and not is_one_file_domain(path)] == []

    @pytest.mark.parametrize(("name", "module"), [("SUBSCRIPTIONS", "consumers.py"), ("ROUTES", "publishers.py")])
    def test_events_have_one_place_each(self, service: str, name: str, module: str) -> None:
        assert [str(path) for path in modules(service) if name in assigned(service, path)] in ([], [module])
