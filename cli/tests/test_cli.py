"""The `edu` command line as its users meet it."""

import io
import os
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
from rich.console import Console
from typer.testing import CliRunner

from edu_cli import ui
from edu_cli.cli import app, main
from edu_cli.commands.logs import render
from edu_cli.devserver import ports
from edu_cli.devserver.state import State

from .conftest import wait_until


def edu(*arguments: str, answer: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "edu_cli", *arguments],
        input=answer,
        stdin=None if answer is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "140"},
        timeout=120,
    )


def run_as_nobody(command: str, stderr: Path) -> None:
    """Run the command line in a forked child: a new interpreter may lie where only root can reach it."""
    with stderr.open("w") as sys.stderr:
        os.setgid(65534)
        os.setuid(65534)
        sys.argv = ["edu", command]
        main()


@pytest.fixture
def state(own_state: Path) -> State:
    state = State(own_state)
    state.prepare()
    return state


class TestWithoutAPlatform:
    @pytest.mark.parametrize("command", ["open", "load", "capacity"])
    def test_what_needs_one_says_how_to_start_it(self, command: str) -> None:
        done = edu(command)

        assert done.returncode == 1
        assert done.stderr.startswith("error: The platform is not running. Start it with")
        assert "Traceback" not in done.stderr

    def test_status_is_false_and_down_is_content(self) -> None:
        assert (edu("status").returncode, edu("down").returncode) == (1, 0)

    @pytest.mark.parametrize("command", ["reset", "seed"])
    def test_nothing_is_deleted_unless_somebody_says_so(self, command: str, state: State) -> None:
        key = state.signing_key.read_bytes()
        done = edu(command)

        assert done.returncode == 1
        assert "--yes" in done.stderr
        assert state.signing_key.read_bytes() == key

    def test_an_unknown_part_has_no_logs(self) -> None:
        assert "Choose one of identity" in edu("logs", "billing").stderr

    def test_a_traceback_is_there_for_who_wants_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EDU_DEBUG", "1")

        assert "Traceback" in edu("open").stderr

    def test_a_state_folder_that_cannot_be_made(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("EDU_HOME", str(tmp_path / "file" / "state"))
        done = edu("up")

        assert done.returncode == 1
        assert "Cannot write" in done.stderr
        assert "Traceback" not in done.stderr

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

    def test_every_command_explains_itself(self) -> None:
        commands = (
            "up",
            "down",
            "status",
            "logs",
            "mail",
            "seed",
            "reset",
            "load",
            "test",
            "open",
            "doctor",
            "capacity",
            "compare",
        )
        overview = edu("--help").stdout

        for command in commands:
            assert f" {command} " in overview
            assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0

    def test_the_doctor_finds_this_machine_fit(self) -> None:
        done = edu("doctor")

        assert "PostgreSQL) 18" in done.stdout
        assert done.returncode == 0, done.stdout


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

    def test_a_json_line_is_made_readable(self) -> None:
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

    def test_lines_of_all_parts_come_in_order_of_time(self, state: State) -> None:
        state.log("course").write_text('{"event":"two","timestamp":"2026-01-01T00:00:02Z"}\n')
        state.log("payment").write_text(
            '{"event":"one","timestamp":"2026-01-01T00:00:01Z"}\n{"event":"three","timestamp":"2026-01-01T00:00:03Z"}\n'
        )

        events = [line.split()[-1] for line in edu("logs", "-n", "2").stdout.splitlines()]

        assert events == ["two", "three"]
        assert edu("logs", "course", "--json").stdout == state.log("course").read_text()

    def test_new_lines_are_followed(self, state: State) -> None:
        command = [sys.executable, "-m", "edu_cli", "logs", "course", "-f"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0, preexec_fn=_hear_interrupts) as follower:
            assert follower.stdout
            with state.log("course").open("a") as log:
                while not select.select([follower.stdout], [], [], 0.2)[0]:
                    log.write('{"event":"fresh"}\n')
                    log.flush()
            assert b"fresh" in follower.stdout.readline()
            follower.send_signal(signal.SIGINT)
            assert follower.wait(10) == 0


def _hear_interrupts() -> None:
    """A shell that started the tests in its background has SIGINT ignored, which children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class TestLife:
    @pytest.fixture
    def listen(self, state: State) -> Iterator[list[str]]:
        public, base = ports.find_free(1)[0], _free_block()
        yield ["--port", str(public), "--service-ports", str(base), "--seed", "none", "--no-frontend"]
        edu("down")
        edu("reset", "--yes")

    def test_from_up_to_reset(self, listen: list[str], state: State) -> None:
        started = edu("up", "--detach", *listen)
        assert started.returncode == 0, started.stderr
        url = f"http://127.0.0.1:{listen[1]}"
        assert url in started.stdout

        again = edu("up", *listen)
        assert (again.returncode, url in again.stdout) == (0, True)

        shown = edu("status").stdout
        assert shown.count(" ready ") == 7
        assert "serving" in edu("logs", "course").stdout

        assert edu("down").returncode == 0
        assert edu("status").returncode == 1
        assert state.run() is None

        key = state.signing_key.read_bytes()
        assert edu("reset", "--yes").returncode == 0
        state.prepare()
        assert state.signing_key.read_bytes() != key
        assert not (state.root / "postgres").exists()

    def test_what_is_seeded_is_shown_at_once(self, listen: list[str]) -> None:
        assert edu("up", "--detach", *listen).returncode == 0
        courses = f"http://127.0.0.1:{listen[1]}/api/course/courses"
        assert httpx2.get(courses).json()["total"] == 0

        seeded = edu("seed", "--yes")
        assert seeded.returncode == 0, seeded.stderr
        assert httpx2.get(courses).json()["total"] > 900

    def test_one_ctrl_c_ends_everything_cleanly(self, listen: list[str], state: State) -> None:
        runner = subprocess.Popen(
            [sys.executable, "-m", "edu_cli", "up", *listen],
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

    def test_a_taken_port_is_a_sentence_with_a_way_on(self, listen: list[str]) -> None:

        with socket.create_server(("127.0.0.1", int(listen[1]))):
            done = edu("up", *listen)

        assert done.returncode == 1
        assert f"--port {int(listen[1]) + 1}" in done.stderr


def _free_block() -> int:
    """A port with five free ones after it."""
    return next(base for base in ports.find_free(200) if all(ports.is_free(base + number) for number in range(1, 6)))


def test_the_address_panel_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = Console(width=60, record=True, file=io.StringIO())
    monkeypatch.setattr(ui, "console", narrow)
    ui.show_address("http://127.0.0.1:3001", "small")

    text = narrow.export_text()
    assert "user0@example.com" in text
    assert "user100@example.com" in text
