"""A whole platform with the real services, through crashes."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from edu_cli.commands.platform import warn_of_published_passwords
from edu_cli.devserver import processes
from edu_cli.devserver.origin import Tls
from edu_cli.devserver.platform import Options, Platform, responds
from edu_cli.devserver.services import HOST, Ports
from edu_cli.devserver.testing import QUICK, temporary_platform
from edu_cli.errors import LocalError
from edu_topology import SERVICES

from .conftest import edu, serve, wait_until


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with temporary_platform() as platform:
        yield platform


def public(platform: Platform, path: str) -> int:
    connection = http.client.HTTPConnection(HOST, platform.ports.public, timeout=15)
    connection.request("GET", path)
    return connection.getresponse().status


async def say_yes(scope: Any, receive: Any, send: Any) -> None:
    """Start a server that reports to be ready at every path."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


class TestRefusals:
    def test_a_taken_port_stops_the_start_and_leaves_nothing_behind(self) -> None:
        with temporary_platform(start=False) as platform, socket.create_server((HOST, platform.ports.public)):
            with pytest.raises(LocalError, match=rf"Port {platform.ports.public}.* --port {platform.ports.public + 1}"):
                platform.start()

            assert not platform.state.in_use()
            assert platform.postgres.child is None

    def test_two_platforms_do_not_share_a_state(self, platform: Platform) -> None:
        with pytest.raises(LocalError, match="already runs"):
            Platform(platform.state.root, Ports.free(), QUICK).start()

        assert public(platform, "/api/identity/health/ready") == 200

    def test_a_service_that_cannot_start_is_told_with_its_last_words(self) -> None:
        broken = Options(seed=None, durable=False, environment={"LOG_LEVEL": "no such level"})
        with temporary_platform(broken, start=False) as platform:
            with pytest.raises(LocalError, match=r"keeps ending soon after its start(.|\n)*NO SUCH LEVEL"):
                platform.start()

            assert not any(child.alive for child in platform.children.values())
            assert platform.postgres.child
            assert not platform.postgres.child.alive


class TestDomain:
    TLS = Tls("school.test", internal=True, http_port=80)

    @pytest.mark.parametrize(("port", "url"), [(443, "https://school.test"), (8443, "https://school.test:8443")])
    def test_its_url_is_what_services_and_pages_are_started_with(self, tmp_path: Path, port: int, url: str) -> None:
        platform = Platform(tmp_path, Ports.standard(port), Options(tls=self.TLS))

        assert platform.url == url

    def test_a_new_platform_with_the_published_password_is_not_started(self) -> None:
        result = edu("up", "--domain", "school.test")

        assert result.code == 1
        assert "BOOTSTRAP_ADMIN_PASSWORD=… ./edu up --domain school.test" in result.stderr

    @pytest.mark.parametrize(
        ("options", "named"),
        [(Options(host="0.0.0.0"), "the admin"), (Options(host="", tls=TLS), "the admin"), (Options(), None)],  # noqa: S104
    )
    def test_a_published_password_within_reach_of_others_is_warned_of(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: Options, named: str | None
    ) -> None:
        warn_of_published_passwords(Platform(tmp_path, options=options))
        warned = " ".join(capsys.readouterr().err.split())

        assert (
            (f"the password of {named} may be the published one" in " ".join(warned.split())) if named else not warned
        )

    def test_a_password_of_one_s_own_is_not_warned_of(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BOOTSTRAP_ADMIN_PASSWORD", "one of my own")
        warn_of_published_passwords(Platform(tmp_path, options=Options(host="0.0.0.0")))  # noqa: S104

        assert not capsys.readouterr().err


class TestRunning:
    def test_every_service_answers_under_the_one_address(self, platform: Platform) -> None:
        assert [public(platform, f"/api/{name}/health/ready") for name in SERVICES] == [200] * 5
        assert public(platform, "/") == 200

    def test_metrics_are_on_the_service_s_own_port_only(self, platform: Platform) -> None:
        assert responds(platform.ports.services["course"], "/metrics")
        assert public(platform, "/api/course/metrics") == 404

    def test_a_killed_service_stays_down_until_it_is_restarted(self, platform: Platform) -> None:
        platform.kill("course")
        platform.supervise(pytest.fail)
        assert public(platform, "/api/course/health/ready") == 503
        assert public(platform, "/api/identity/health/ready") == 200

        platform.restart("course", COURSE_TEST_MARK="1")

        assert public(platform, "/api/course/health/ready") == 200
        pid = platform.children["course"].pid
        assert psutil.Process(pid).environ()["COURSE_TEST_MARK"] == "1"

    @pytest.mark.parametrize("name", ["payment", "gateway"])
    def test_another_platform_on_its_port_is_not_taken_for_it(self, platform: Platform, name: str) -> None:
        port = platform.children[name].port
        platform.kill(name)
        with serve(say_yes, port):
            assert responds(port)
            with pytest.raises(LocalError, match=rf"{name} cannot start: its port {port} is taken by .*{os.getpid()}"):
                platform.restart(name)

        platform.restart(name)
        assert public(platform, "/api/payment/health/ready") == 200

    @pytest.mark.parametrize("name", ["payment", "gateway"])
    def test_what_dies_by_itself_is_started_again(self, platform: Platform, name: str) -> None:
        notices: list[str] = []
        pid = platform.children[name].pid
        assert pid
        os.kill(pid, signal.SIGKILL)

        def back() -> bool:
            platform.supervise(notices.append)
            return platform.children[name].pid != pid and public_or_none(platform) == 200

        wait_until(back)
        assert notices == [f"{name} ended; starting it again."]
        run = platform.state.run()
        assert run
        assert platform.children[name].pid in [record.pid for record in run.processes]

    def test_postgres_recovers_from_kill_9_under_the_services(self, platform: Platform) -> None:
        platform.postgres.sql("CREATE TABLE IF NOT EXISTS kept (n int)", "INSERT INTO kept VALUES (7)")
        platform.kill("postgres")
        wait_until(lambda: public(platform, "/api/payment/health/ready") == 503)

        platform.restart("postgres")

        assert platform.postgres.sql("SELECT DISTINCT n FROM kept").strip() == "7"
        wait_until(lambda: public(platform, "/api/payment/health/ready") == 200)

    def test_only_its_own_role_opens_a_database(self, platform: Platform) -> None:
        password = platform.state.secrets().database_passwords["payment"]
        with pytest.raises(LocalError, match="permission denied"):
            platform.postgres.sql("SELECT 1", database="identity", user="payment", password=password)


def public_or_none(platform: Platform) -> int | None:
    try:
        return public(platform, "/api/payment/health/ready")
    except (OSError, http.client.HTTPException):
        return None


class TestAgain:
    def test_a_second_start_goes_on_with_the_same_data(self) -> None:
        with temporary_platform() as platform:
            platform.postgres.sql("CREATE TABLE kept (n int)")
            platform.stop()
            again = Platform(platform.state.root, platform.ports, QUICK)
            again.start()
            try:
                assert again.postgres.sql("SELECT count(*) FROM kept").strip() == "0"
                assert public(again, "/api/course/health/ready") == 200
            finally:
                again.stop()

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends what is left")
    def test_kill_9_of_the_runner_ends_its_children_and_the_next_start_works(self) -> None:
        with temporary_platform(start=False) as platform:
            runner = subprocess.Popen([sys.executable, "-c", RUNNER, str(platform.state.root)], stdout=subprocess.PIPE)
            assert runner.stdout
            assert runner.stdout.readline() == b"ready\n"
            run = platform.state.run()
            assert run
            children = [process for record in run.processes if (process := processes.find(record))]
            assert len(children) == 7

            runner.kill()
            runner.wait()

            assert all(processes.ended_within(child, 30) for child in children)
            platform.start()
            assert public(platform, "/api/identity/health/ready") == 200

    def test_what_a_killed_runner_left_is_ended_by_the_next_start(self) -> None:
        with temporary_platform(start=False) as platform:
            left = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
            record = processes.record_of("course", left.pid)
            with temporary_platform(start=False) as other:
                other.start_databases()
                run = other.state.run()
                other.stop()
            assert record
            assert run
            platform.state.prepare()
            run.processes.append(record)
            platform.state.write_run(run)

            platform.start_databases()

            assert left.wait(10) == -signal.SIGTERM


RUNNER = """
import signal, sys
from pathlib import Path
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.services import Ports
from edu_cli.devserver.testing import QUICK
Platform(Path(sys.argv[1]), Ports.free(), QUICK).start()
print("ready", flush=True)
signal.pause()
"""
