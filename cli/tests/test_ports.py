"""Which ports are free, and the error when one is not."""

import os
import socket
import subprocess
import sys

import pytest

from edu_cli.devserver import ports
from edu_cli.devserver.services import Ports
from edu_cli.errors import LocalError
from edu_topology import PORTS


def test_a_taken_port_is_told_with_its_holder_and_a_way_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        assert not ports.is_free(port)
        with pytest.raises(LocalError, match=rf"Port {port}, which a test needs, .*pid {os.getpid()}\)\. Do this\."):
            ports.require_free(port, "a test", "Do this.")


def test_a_port_is_free_again_when_its_holder_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert ports.is_free(port)
    assert ports.holder(port) is None
    ports.require_free(port, "a test", "Do this.")


def test_free_ports_are_distinct_and_below_the_clients() -> None:
    found = ports.find_free(50)

    assert len(set(found)) == 50
    assert all(port in ports.BELOW_EPHEMERAL and ports.is_free(port) for port in found)


HOLDER = """
import sys
from edu_cli.devserver import ports
print(*ports.find_free(1), flush=True)
sys.stdin.read()
"""


def test_a_port_that_was_given_out_is_not_given_out_again_before_its_taker_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = [sys.executable, "-c", HOLDER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        port = int(holder.stdout.readline())
        monkeypatch.setattr(ports, "BELOW_EPHEMERAL", range(port, port + 1))
        with pytest.raises(LocalError, match="No free TCP port"):
            ports.find_free(1)

    assert ports.find_free(1) == [port]
    with pytest.raises(LocalError, match="No free TCP port"):
        ports.find_free(1)


def test_the_services_listen_on_their_standard_ports() -> None:
    assert Ports.standard().services == PORTS
