"""Each regular expression of the services takes time linear in the length of the text, for every text.

`recheck`, a package of the front end, decides that: by automata, or by counting the steps for generated attack strings.
`frontend/tests/unit/patterns.test.ts` does the same for the front end's own patterns. Patterns of pydantic's fields are
run by an engine without backtracking, which is tested here, too.
"""

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from edu_cli.devserver.state import PROJECT

RECHECK = PROJECT / "frontend/node_modules/recheck"
SOURCES = sorted(PROJECT.glob("services/*/src/**/*.py"))
CALLS = frozenset({"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"})
OF_OUR_OWN_FILES = frozenset({"edu_common.database.migrations.REVISION", "edu_identity.signing_keys.PEM_BLOCK"})
"""Patterns that read the service's own revisions and key, never text from others."""

CHECK = """
const { checkSync } = require(process.argv[1]);
const patterns = JSON.parse(require("fs").readFileSync(0));
const verdicts = patterns.map(({ source, flags }) => checkSync(source, flags, { timeout: 60000 }));
console.log(JSON.stringify(verdicts.map(({ status, complexity }) => [status, complexity?.summary ?? ""])));
"""


def calls_of_re(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of the module `re`, and the name in the module that its result is assigned to, if any."""
    tree = ast.parse(path.read_text())
    names = {
        id(statement.value): target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=attr)) if attr in CALLS:
                yield names.get(id(node), ""), node
            case _:
                pass


def patterns() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Return every pattern by its location; those composed at run time are taken from their modules."""
    found: dict[str, re.Pattern[str] | re.Pattern[bytes]] = {}
    for path in SOURCES:
        module = ".".join(path.relative_to(next(parent for parent in path.parents if parent.name == "src")).parts)
        module = module.removesuffix(".py").removesuffix(".__init__")
        for name, call in calls_of_re(path):
            if name:
                found[f"{module}.{name}"] = getattr(import_module(module), name)
            elif isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str | bytes):
                found[f"{module}:{call.lineno}"] = re.compile(call.args[0].value)
    return found


def as_javascript(pattern: re.Pattern[str] | re.Pattern[bytes]) -> dict[str, str]:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    source = re.sub(r"\(\?P<(\w+)>", r"(?<\1>", re.sub(r"\(\?P=(\w+)\)", r"\\k<\1>", source))
    wanted = {re.DOTALL: "s", re.MULTILINE: "m", re.IGNORECASE: "i"}
    return {"source": source, "flags": "".join(letter for flag, letter in wanted.items() if pattern.flags & flag)}


def verdicts(found: list[dict[str, str]]) -> list[tuple[str, str]]:
    if not (RECHECK.is_dir() and shutil.which("node")):
        pytest.skip("the front end's packages are not installed: npm ci in frontend/")
    done = subprocess.run(  # noqa: S603 - our words
        ["node", "--eval", CHECK, str(RECHECK)],  # noqa: S607 - which node is the caller's choice
        input=json.dumps(found),
        capture_output=True,
        text=True,
        check=True,
    )
    return [(status, summary) for status, summary in json.loads(done.stdout)]


def test_the_check_tells_them_apart() -> None:
    slow, square, linear = verdicts([{"source": source, "flags": ""} for source in ("^(a+)+$", "a+b", "^a+$")])
    assert (slow[0], square[0], linear[0]) == ("vulnerable", "vulnerable", "safe")


def test_each_pattern_is_linear() -> None:
    met = {name: pattern for name, pattern in patterns().items() if name not in OF_OUR_OWN_FILES}
    assert len(met) >= 10, "the patterns are no longer found"
    found = dict(zip(met, verdicts([as_javascript(pattern) for pattern in met.values()]), strict=True))
    assert not {name: verdict for name, verdict in found.items() if verdict[0] != "safe"}


def test_patterns_of_fields_are_run_without_backtracking() -> None:
    """Pydantic uses its own engine; only a model that requests it gets Python's."""
    assert not [str(path) for path in SOURCES if "regex_engine" in path.read_text()]
