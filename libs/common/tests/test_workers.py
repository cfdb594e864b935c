"""Processes that share a service's port, each with an additional port of its own."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress

import httpx2
import pytest

from edu_sample.app import ReceiverSettings

Launch = Callable[..., "subprocess.Popen[bytes]"]
PATIENCE = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


async def until_ready(port: int) -> None:
    async with asyncio.timeout(PATIENCE), httpx2.AsyncClient(trust_env=False) as client:
        while True:
            with suppress(httpx2.TransportError):
                if (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.05)


async def requests_counted(port: int) -> float:
    """Return how many catalogue requests the process with this port of its own reports."""
    async with httpx2.AsyncClient(trust_env=False) as client:
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith("http_requests_total{") and '"/things"' in line]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


async def ask(port: int, times: int) -> None:
    """Send each request over a new connection, since the kernel distributes connections."""
    for _ in range(times):
        async with httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/things")).status_code == 200


class TestSharedPort:
    @pytest.fixture
    async def workers(
        self, launch: Launch, receiver_settings: Callable[..., ReceiverSettings]
    ) -> AsyncIterator[tuple[int, dict[int, "subprocess.Popen[bytes]"]]]:
        shared, own = free_port(), (free_port(), free_port())
        settings = receiver_settings(port=shared)
        async with AsyncExitStack() as stack:
            processes = {port: launch("receiver", "serve", settings, PROCESS_PORT=str(port)) for port in own}
            for process in processes.values():
                stack.callback(process.wait)
                stack.callback(process.kill)
            await asyncio.gather(*map(until_ready, own))
            yield shared, processes

    async def test_both_serve_and_each_counts_its_own(
        self, workers: tuple[int, dict[int, "subprocess.Popen[bytes]"]]
    ) -> None:
        shared, processes = workers
        await ask(shared, 60)
        counts = [await requests_counted(port) for port in processes]
        assert sum(counts) == 60
        assert min(counts) > 0

    async def test_one_serves_on_when_the_other_ends(
        self, workers: tuple[int, dict[int, "subprocess.Popen[bytes]"]]
    ) -> None:
        shared, processes = workers
        gone, _ = processes
        processes[gone].terminate()
        await asyncio.to_thread(processes[gone].wait, PATIENCE)
        await ask(shared, 20)
