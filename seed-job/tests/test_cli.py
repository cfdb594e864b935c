"""The command line."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from edu_seed.cli import main
from edu_seed.databases import variable
from edu_seed.load import Urls
from edu_topology import SERVICES


def run(*arguments: str) -> int:
    """Return the exit status."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def environment(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Return DSNs as SQLAlchemy writes them."""
    for name, url in urls.items():
        monkeypatch.setenv(variable(name), url.replace("postgresql://", "postgresql+asyncpg://", 1))


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--seed", "x"], "should be a valid integer"),
            (["--seed", "2147483648"], "should be less than or equal to 2147483647"),
            (["--epoch", "yesterday"], "should be a valid date"),
            (["--size", "huge"], "is not one of 'small', 'full', 'x10'"),
            (["--resume", "--replace"], "--resume and --replace exclude each other"),
        ],
    )
    def test_is_told(self, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(*arguments) == 2
        assert said in capsys.readouterr().err

    def test_no_addresses(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        for name in SERVICES:
            monkeypatch.delenv(variable(name), raising=False)
        assert run() == 1
        assert capsys.readouterr().err.startswith("Set IDENTITY_DATABASE_URL")


@pytest.mark.usefixtures("environment")
class TestLoad:
    def test_says_what_was_done_and_then_that_it_is(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("--size", "small") == 0
        told = capsys.readouterr()
        assert "user0@example.com" in told.err
        assert told.out == ""
        assert run("--size", "small", "--resume") == 0
        assert "Already seeded" in capsys.readouterr().err

    def test_another_data_set_is_refused_in_one_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("--quiet") == 0
        assert run("--seed", "2") == 1
        assert capsys.readouterr().err.count("\n") == 1

    def test_json_and_summary(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        assert run("--json", "--summary", str(tmp_path / "summary")) == 0
        told = capsys.readouterr()
        manifest = json.loads(told.out)
        assert told.err == ""
        assert manifest["tables"]["course.courses"]["rows"] == 1_000
        assert manifest["accounts"][0]["email"] == "admin@eduplatform.com"
        summary = (tmp_path / "summary").read_text()
        assert len(summary) < 4096
        assert json.loads(summary)["rows"]["identity.users"] == 500

    def test_audit(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        """A receipt of a purchase that the databases do not have is reported as broken; the others hold."""
        assert run("--quiet") == 0
        assert run("audit") == 0
        told = capsys.readouterr().out.splitlines()
        receipts = tmp_path / "receipts.json"
        receipts.write_text(json.dumps({"paid": [[str(uuid4()), str(uuid4()), str(uuid4())]]}))
        assert run("audit", "--receipts", str(receipts)) == 1
        broken = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗")]
        assert all(line.startswith("✓") for line in told)
        assert [line for line in broken if "is fulfilled" in line]
        assert [line for line in broken if "was charged" in line]
        assert len(broken) == 2

    def test_no_file_of_receipts(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        assert run("audit", "--receipts", str(tmp_path / "absent")) == 1
        assert "no file of receipts" in capsys.readouterr().err

    def test_check(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("--quiet") == 0
        assert run("check") == 0
        assert "All invariants hold" in capsys.readouterr().err
