"""The runner's own Postgres: real clusters, real crashes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from edu_cli.commands.data import reset
from edu_cli.devserver import processes
from edu_cli.devserver.postgres import ROOT_HOME, Postgres, orphans
from edu_cli.devserver.state import State
from edu_cli.errors import LocalError

PASSWORDS = {"course": "one", "payment": "two"}


@pytest.fixture
def postgres(state: State) -> Iterator[Postgres]:
    server = Postgres(state, durable=False)
    yield server
    server.stop()
    server.discard()


def as_role(postgres: Postgres, role: str, database: str, statement: str) -> str:
    return postgres.sql(statement, database=database, user=role, password=PASSWORDS[role])


class TestRefusals:
    def test_a_role_opens_no_other_database(self, postgres: Postgres) -> None:
        postgres.start()
        postgres.create_databases(PASSWORDS)

        with pytest.raises(LocalError, match="permission denied for database"):
            as_role(postgres, "payment", "course", "SELECT 1")

    def test_a_wrong_password_is_refused(self, postgres: Postgres) -> None:
        postgres.start()
        postgres.create_databases(PASSWORDS)

        with pytest.raises(LocalError, match="password authentication failed"):
            postgres.sql("SELECT 1", database="course", user="course", password="wrong")

    def test_data_of_another_release_is_not_touched(self, state: State, postgres: Postgres) -> None:
        postgres.start()
        postgres.stop()
        (postgres.data / "PG_VERSION").write_text("16\n")

        with pytest.raises(LocalError, match=r"of PostgreSQL 16; this release runs 18"):
            postgres.start()

    def test_data_without_its_keys_is_not_touched(self, state: State, postgres: Postgres) -> None:
        postgres.start()
        postgres.stop()
        state.erase()
        state.prepare()

        with pytest.raises(LocalError, match="keys of the data"):
            Postgres(state).start()
        assert (postgres.data / "PG_VERSION").exists()

    def test_a_broken_cluster_is_told_with_the_server_s_words(self, postgres: Postgres) -> None:
        postgres.start()
        postgres.stop()
        (postgres.data / "global" / "pg_control").unlink()

        with pytest.raises(LocalError, match="pg_control"):
            postgres.start()


class TestStart:
    def test_roles_work_in_their_databases(self, postgres: Postgres) -> None:
        postgres.start()
        postgres.create_databases(PASSWORDS)
        postgres.create_databases(PASSWORDS)

        assert as_role(postgres, "course", "course", "SELECT current_user").strip() == "course"

    def test_text_is_unicode_whatever_the_locale(self, monkeypatch: pytest.MonkeyPatch, postgres: Postgres) -> None:
        monkeypatch.setenv("LC_ALL", "C")
        postgres.start()

        rows = postgres.sql("SELECT lower('ПРИВЕТ'), to_tsvector('russian', 'Основы программирования')")

        assert rows.strip() == "привет|'основ':1 'программирован':2"

    def test_data_outlives_a_stop(self, state: State, postgres: Postgres) -> None:
        postgres.start()
        postgres.sql("CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)")
        postgres.stop()
        postgres.start()

        assert postgres.sql("SELECT n FROM kept").strip() == "1"

    def test_a_long_path_with_spaces_is_no_obstacle(self, own_state: Path) -> None:
        state = State(own_state / ("very long folder " * 9) / "state")
        state.prepare()
        for folder in (own_state, state.root.parent):
            folder.chmod(0o711)
        server = Postgres(state, durable=False)
        try:
            server.start()
            assert server.sql("SELECT 1").strip() == "1"
        finally:
            server.stop()
            server.discard()

    def test_a_half_made_cluster_is_made_anew(self, postgres: Postgres) -> None:
        (postgres.home / "fresh" / "base").mkdir(parents=True)
        (postgres.home / "fresh" / "PG_VERSION").write_text("18\n")

        postgres.start()

        assert postgres.ready


class TestCrashes:
    def test_what_was_committed_survives_kill_9(self, state: State) -> None:
        postgres = Postgres(state)
        postgres.start()
        postgres.sql("CREATE TABLE kept (n int)", "INSERT INTO kept SELECT generate_series(1, 1000)")
        child = postgres.child
        assert child
        child.kill()
        try:
            child.start()
            postgres.wait_ready()
            assert postgres.sql("SELECT count(*) FROM kept").strip() == "1000"
        finally:
            postgres.stop()
            postgres.discard()

    def test_a_server_that_a_killed_runner_left_is_stopped_cleanly(self, state: State, postgres: Postgres) -> None:
        left = Postgres(state, durable=False)
        left.start()
        left.sql("CREATE TABLE kept (n int)")
        assert left.child
        assert left.child.pid
        stray = psutil.Process(left.child.pid)

        postgres.start()

        assert not stray.is_running() or stray.status() == psutil.STATUS_ZOMBIE
        assert "received fast shutdown request" in state.log("postgres").read_text()
        assert postgres.sql("SELECT count(*) FROM kept").strip() == "0"

    def test_a_pid_file_whose_number_is_a_stranger_s_now(self, postgres: Postgres) -> None:
        postgres.start()
        postgres.stop()
        stale = f"{os.getpid()}\n{postgres.data}\n1\n5432\n\n127.0.0.1\n\nready\n"
        (postgres.data / "postmaster.pid").write_text(stale)

        postgres.start()

        assert postgres.ready

    @pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends children with their parent only on Linux")
    def test_the_server_ends_with_its_runner(self, state: State) -> None:
        command = [sys.executable, "-c", RUNNER, str(state.root)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as runner:
            assert runner.stdout
            server = processes.by_pid(int(runner.stdout.readline()))
            runner.kill()

        assert server
        assert processes.ended_within(server, 30)
        assert "received fast shutdown request" in state.log("postgres").read_text()
        Postgres(state).discard()


RUNNER = """
import signal, sys
from pathlib import Path
from edu_cli.devserver.postgres import ROOT_HOME, Postgres
from edu_cli.devserver.state import State
server = Postgres(State(Path(sys.argv[1])), durable=False)
server.start()
print(server.child.pid, flush=True)
signal.pause()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's data may lie outside of the state directory")
class TestOutsideOfTheStateDirectory:
    @pytest.fixture
    def closed(self, own_state: Path) -> State:
        """Return a state below a folder that only root may access."""
        own_state.parent.chmod(0o700)
        state = State(own_state)
        state.prepare()
        return state

    def test_data_lies_where_the_server_s_user_can_reach_it(self, closed: State) -> None:
        server = Postgres(closed, durable=False)
        server.start()
        server.stop()

        assert server.data.is_relative_to(ROOT_HOME)
        server.discard()
        assert not server.home.exists()

    def test_data_of_a_state_that_is_not_there_is_told_of_and_deleted_by_reset_alone(
        self, closed: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The folder may be moved, or its disk not mounted."""
        absent = Postgres(closed, durable=False)
        absent.start()
        absent.stop()
        closed.root.rename(closed.root.with_name("moved"))

        other = State(tmp_path / "other")
        other.prepare()
        server = Postgres(other, durable=False)
        server.start()
        server.stop()
        server.discard()

        assert orphans()[closed.root] == absent.home
        assert (absent.data / "PG_VERSION").exists()
        monkeypatch.setenv("EDU_HOME", str(closed.root))
        reset(yes=True)
        assert not absent.home.exists()
        assert closed.root not in orphans()

    def test_data_without_its_keys_is_not_touched(self, closed: State) -> None:
        server = Postgres(closed, durable=False)
        server.start()
        server.stop()
        shutil.rmtree(closed.root)
        closed.prepare()

        again = Postgres(closed, durable=False)
        with pytest.raises(LocalError, match="keys of the data"):
            again.start()
        assert (server.data / "PG_VERSION").exists()
        again.discard()
        assert not server.home.exists()

    def test_data_is_found_again_when_the_project_was_opened_to_all(self, closed: State, own_state: Path) -> None:
        server = Postgres(closed, durable=False)
        server.start()
        server.sql("CREATE TABLE kept (n int)")
        server.stop()
        own_state.parent.chmod(0o711)

        again = Postgres(closed, durable=False)
        again.start()
        assert again.sql("SELECT count(*) FROM kept").strip() == "0"
        again.stop()
        again.discard()
