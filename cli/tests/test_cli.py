"""The `edu` command line from its users' point of view."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from multiprocessing import get_context
from pathlib import Path

import httpx2
import pytest

from edu_cli.cli import main
from edu_cli.commands.platform import show_url
from edu_cli.devserver import ports
from edu_cli.devserver.logs import render
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.state import State
from edu_cli.devserver.testing import QUICK, copy_template

from .conftest import edu, wait_until

PANELS = {
    "Run": ["up", "status", "logs", "down", "open", "mail", "monitor"],
    "Data": ["seed", "reset", "audit"],
    "Test": ["test", "doctor", "openapi", "chaos"],
    "Measure": ["bench"],
    "Kubernetes": ["cluster"],
}
BENCH = ["capacity", "compare", "overload", "soak", "locust"]
OLD_NAMES = {"capacity": "capacity", "compare": "compare", "overload": "overload", "soak": "soak", "load": "locust"}


def run_as_nobody(command: str, stderr: Path) -> None:
    """Run a command as another user, in a forked child: only root may have access to a new interpreter."""
    with stderr.open("w") as sys.stderr:
        os.setgid(65534)
        os.setuid(65534)
        sys.argv = ["edu", command]
        main()


def listed(help_text: str) -> dict[str, list[str]]:
    """Return the commands that a help text lists, by panel."""
    panels = re.findall(r"╭─ (\w+) ─+╮\n(.*?)╰", help_text, re.DOTALL)
    return {name: re.findall(r"^│ (\w+) ", body, re.MULTILINE) for name, body in panels if name != "Options"}


class TestHelp:
    def test_commands_are_listed_in_groups(self) -> None:
        assert listed(edu("--help").stdout) == PANELS
        assert listed(edu("bench", "--help").stdout) == {"Commands": BENCH}

    @pytest.mark.parametrize(
        "command",
        [*(name for names in PANELS.values() for name in names), *(f"bench {name}" for name in BENCH), *OLD_NAMES],
    )
    def test_every_command_has_a_help(self, command: str) -> None:
        done = edu(*command.split(), "--help")

        assert done.code == 0
        assert f"Usage: ./edu {command}" in done.stdout

    @pytest.mark.parametrize(("old", "new"), OLD_NAMES.items())
    def test_an_old_name_runs_the_new_command(self, old: str, new: str, own_state: Path) -> None:
        arguments = {"compare": ["fast", "slow"], "soak": ["--rate", "1"]}.get(new, [])
        done, renamed = edu(old, *arguments), edu("bench", new, *arguments)

        assert done.stderr == f"note: `./edu {old}` is now `./edu bench {new}`; " + (
            f"the old name will be removed in the next release.\n{renamed.stderr}"
        )
        assert done.code == renamed.code == 1


class TestWithoutAPlatform:
    @pytest.mark.parametrize(
        "command", ["open", "monitor", "bench locust", "bench capacity", "bench overload", "bench soak --rate 1"]
    )
    def test_a_command_that_needs_a_platform_says_how_to_start_one(self, command: str) -> None:
        done = edu(*command.split())

        assert done.code == 1
        assert done.stderr.startswith("error: The platform is not running. Start it with: ./edu up")

    def test_an_error_is_a_sentence_and_a_traceback_when_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        command = [sys.executable, "-m", "edu_cli", "open"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)

        assert done.returncode == 1
        assert done.stderr.startswith("error: The platform is not running.")
        assert "Traceback" not in done.stderr
        monkeypatch.setenv("EDU_DEBUG", "1")
        assert "Traceback" in subprocess.run(command, capture_output=True, text=True, check=False).stderr

    def test_status_is_false_and_down_is_content(self) -> None:
        assert (edu("status").code, edu("down").code) == (1, 0)

    @pytest.mark.parametrize("command", ["reset", "seed"])
    def test_nothing_is_deleted_without_confirmation(self, command: str, state: State) -> None:
        key = state.signing_key.read_bytes()
        done = edu(command)

        assert done.code == 1
        assert "--yes" in done.stderr
        assert state.signing_key.read_bytes() == key

    def test_an_unknown_component_has_no_logs(self) -> None:
        assert "Choose one of identity" in edu("logs", "billing").stderr

    def test_an_unknown_safeguard_is_rejected(self) -> None:
        assert "Safeguards are inbox, idempotency" in edu("chaos", "--without", "luck").stderr

    def test_a_state_folder_that_cannot_be_made(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("EDU_HOME", str(tmp_path / "file" / "state"))
        done = edu("up")

        assert done.code == 1
        assert "error: Cannot write" in done.stderr

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
    @pytest.mark.parametrize("command", ["up", "status", "logs", "mail"])
    def test_a_state_folder_of_another_user(self, command: str, state: State, tmp_path: Path) -> None:
        state.root.chmod(0o700)
        stderr = tmp_path / "stderr"
        child = get_context("fork").Process(target=run_as_nobody, args=(command, stderr))
        child.start()
        child.join(30)

        assert child.exitcode == 1
        assert stderr.read_text().startswith("error: No permission for")

    def test_the_doctor_finds_this_machine_fit(self) -> None:
        done = edu("doctor")

        assert "PostgreSQL) 18" in done.stdout
        assert done.code == 0, done.stdout


class TestMail:
    def test_none_yet(self, state: State) -> None:
        assert "No mail" in edu("mail").stdout

    def test_the_list_is_newest_first(self, state: State) -> None:
        write_mail(state, "1.eml", "first@example.com", "Подтвердите адрес", 1_000)
        write_mail(state, "2.eml", "second@example.com", "[bold]Reset[/bold]", 2_000)

        lines = edu("mail").stdout.splitlines()

        assert [line.split()[0] for line in lines[1:3]] == ["1", "2"]
        assert "second@example.com" in lines[1]
        assert "[bold]Reset[/bold]" in lines[1]
        assert "Подтвердите адрес" in lines[2]

    def test_one_is_shown_with_its_links(self, state: State) -> None:
        write_mail(state, "1.eml", "a@example.com", "Verify", 1_000)

        for arguments in (("mail", "1"), ("mail", "--last")):
            shown = edu(*arguments).stdout
            assert "a@example.com" in shown
            assert "http://127.0.0.1:3001/verify?token=abc" in shown

    def test_a_number_off_the_list(self, state: State) -> None:
        write_mail(state, "1.eml", "a@example.com", "Verify", 1_000)

        assert "There is no message 7" in edu("mail", "7").stderr


def write_mail(state: State, name: str, to: str, subject: str, modified: int) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "edu@example.com", to, subject
    message.set_content("Follow http://127.0.0.1:3001/verify?token=abc to go on.")
    message.add_alternative("<p>Follow <a href='x'>this</a></p>", subtype="html")
    path = state.mail / name
    path.write_bytes(bytes(message))
    os.utime(path, (modified, modified))


class TestLogs:
    LINE = '{"event":"paid","level":"info","timestamp":"2026-11-23T05:11:27.088086Z","amount":"9.99","logger":"x"}'

    def test_a_json_line_is_rendered(self) -> None:
        shown = render("payment", self.LINE).plain

        assert "payment" in shown
        assert "paid  amount=9.99" in shown
        assert "{" not in shown

    def test_a_traceback_follows_on_lines_of_its_own(self) -> None:
        line = '{"event":"failed","level":"error","exception":"Traceback\\n  File"}'

        assert render("course", line).plain.endswith("failed\nTraceback\n  File")

    @pytest.mark.parametrize("line", ["plain words", '"text"', "[1]", "{broken", "[red]markup[/red]"])
    def test_any_other_line_is_shown_as_it_is(self, line: str) -> None:
        assert line in render("postgres", line).plain

    def test_lines_of_all_components_are_in_order_of_time(self, state: State) -> None:
        state.log("course").write_text('{"event":"two","timestamp":"2026-01-01T00:00:02Z"}\n')
        state.log("payment").write_text(
            '{"event":"one","timestamp":"2026-01-01T00:00:01Z"}\n{"event":"three","timestamp":"2026-01-01T00:00:03Z"}\n'
        )

        events = [line.split()[-1] for line in edu("logs", "-n", "2").stdout.splitlines()]

        assert events == ["two", "three"]
        assert edu("logs", "course", "--json").stdout == state.log("course").read_text()

    def test_new_lines_are_followed(self, state: State) -> None:
        command = [sys.executable, "-m", "edu_cli", "logs", "course", "-f"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0, preexec_fn=_handle_interrupts) as follower:
            assert follower.stdout
            with state.log("course").open("a") as log:
                while not select.select([follower.stdout], [], [], 0.2)[0]:
                    log.write('{"event":"fresh"}\n')
                    log.flush()
            assert b"fresh" in follower.stdout.readline()
            follower.send_signal(signal.SIGINT)
            assert follower.wait(10) == 0


def _handle_interrupts() -> None:
    """Handle SIGINT: a shell that started the tests in the background ignores it, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class TestLife:
    @pytest.fixture
    def options(self, own_state: Path) -> Iterator[list[str]]:
        public, base = ports.find_free(1)[0], ports.find_free_block(7)
        yield ["--port", str(public), "--service-ports", str(base), "--seed", "none", "--no-frontend"]
        edu("reset", "--yes")

    def test_from_the_first_up_to_reset(self, options: list[str], state: State) -> None:
        started = edu("up", "--detach", *options)
        assert started.code == 0, started.stderr
        url = f"http://127.0.0.1:{options[1]}"
        assert url in started.stdout

        again = edu("up", *options)
        assert (again.code, url in again.stdout) == (0, True)

        assert edu("status").stdout.count(" ready ") == 7
        assert "serving" in edu("logs", "course").stdout

        courses = f"{url}/api/course/courses"
        assert httpx2.get(courses).json()["total"] == 0
        seeded = edu("seed", "--yes")
        assert seeded.code == 0, seeded.stderr
        assert httpx2.get(courses).json()["total"] > 900

        assert edu("down").code == 0
        assert edu("status").code == 1
        assert state.run() is None

        key = state.signing_key.read_bytes()
        assert edu("reset", "--yes").code == 0
        state.prepare()
        assert state.signing_key.read_bytes() != key
        assert not (state.root / "postgres").exists()

    def test_one_ctrl_c_ends_everything_cleanly(self, options: list[str], own_state: Path) -> None:
        state = State(own_state)
        copy_template(Platform(own_state, options=QUICK))
        runner = subprocess.Popen(
            [sys.executable, "-m", "edu_cli", "up", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_until(lambda: (run := state.run()) and run.ready, timeout=90)
        runner.send_signal(signal.SIGINT)
        runner.send_signal(signal.SIGINT)
        output, _ = runner.communicate(timeout=60)

        assert runner.returncode == 0
        assert "Traceback" not in output
        assert "database system is shut down" in state.log("postgres").read_text()

    def test_a_taken_port_is_reported_with_a_remedy(self, options: list[str]) -> None:
        with socket.create_server(("127.0.0.1", int(options[1]))):
            done = edu("up", *options)

        assert done.code == 1
        assert f"--port {int(options[1]) + 1}" in done.stderr


def test_the_started_panel_fits_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    show_url("http://127.0.0.1:3001", "small")

    text = capsys.readouterr().out
    assert "user0@example.com" in text
    assert "user100@example.com" in text
