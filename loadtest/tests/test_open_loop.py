"""The open-loop driver against a real server in a separate thread, which stalls, rejects, disconnects or is silent."""

import asyncio
import itertools
import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from edu_loadtest.catalogue import Catalogue
from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.distinct import NOT_FOUND, distinct_urls
from edu_loadtest.open_loop.driver import Arrivals, Load, drive
from edu_loadtest.open_loop.observe import Targets
from edu_loadtest.open_loop.steps import Goal, measure
from edu_loadtest.open_loop.virtual_users import VirtualUsers
from edu_loadtest.request import Conversation, Request
from edu_loadtest.sampling import ZipfSampler
from edu_loadtest.users import Student, Teacher

STALL_SECONDS = 0.8


class Server:
    """Responds by path; `/course/stall` delays all responses for a while, `/course/busy` rejects the first request."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.heads: list[bytes] = []
        self.connections = 0
        self._free = asyncio.Event()
        self._free.set()

    def start(self) -> None:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await _head(reader):
            self.heads.append(head)
            path = head.split(b" ")[1].decode().removeprefix("/api/course/")
            if path == "silence":
                await asyncio.sleep(60)
            if path == "break":
                break
            if path == "stall":
                self._free.clear()
                self._loop.call_later(STALL_SECONDS, self._free.set)
            await self._free.wait()
            status, body = self._respond(path)
            content = json.dumps(body).encode()
            writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(content), content))
        writer.close()

    def _respond(self, path: str) -> tuple[int, dict[str, str]]:
        if path in ("known", "unknown"):
            return 409, {"code": path}
        if path == "/none":
            return 404, {}
        if path == "busy" and len(self.heads) == 1:
            return 503, {"code": "overloaded"}
        return 200, {"path": path}


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    client = Client(server.url, timeout=2)
    yield client
    await client.close()


def request(path: str) -> Request:
    return Request("GET", f"/course/{path}", path, tolerated=("known",))


def repeated(path: str) -> Iterator[Request]:
    return itertools.repeat(request(path))


async def test_requests_are_sent_at_the_rate_and_only_those_after_the_warm_up_measured(client: Client) -> None:
    measured = await drive(client, repeated("fine"), Load(100, 1, warm_up=0.5, arrivals=Arrivals.constant))

    assert measured.all.count == pytest.approx(100, abs=1)
    assert measured.seconds == pytest.approx(1, abs=0.02)
    assert not measured.errors
    assert not measured.overloaded


async def test_connections_are_kept(client: Client, server: Server) -> None:
    for _ in range(20):
        await client.fetch(request("fine"))

    assert len(server.heads) == 20
    assert server.connections == 1


async def test_latency_counts_from_when_a_request_was_due(client: Client) -> None:
    """One request stalls the server; those due meanwhile are sent all the same and are delayed as well."""
    requests = itertools.chain(itertools.repeat(request("fine"), 25), [request("stall")], repeated("fine"))

    measured = await drive(client, requests, Load(50, 2, warm_up=0, arrivals=Arrivals.constant))

    delayed = [seconds for values in measured.results.seconds.values() for seconds in values if seconds > 0.1]
    due_in_stall = 50 * (STALL_SECONDS - 0.1)
    assert len(delayed) == pytest.approx(due_in_stall, abs=5)
    assert max(delayed) == pytest.approx(STALL_SECONDS, abs=0.2)
    assert sum(delayed) / len(delayed) == pytest.approx((STALL_SECONDS + 0.1) / 2, abs=0.1)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("unknown", "409 unknown"),
        ("break", "the connection was closed"),
        ("silence", "no response within 2 s"),
    ],
)
async def test_errors_are_counted_by_their_cause(client: Client, path: str, error: str) -> None:
    measured = await drive(client, repeated(path), Load(20, 0.5, warm_up=0))

    assert set(measured.results.errors) == {(path, error)}
    assert measured.errors == measured.all.count > 0


async def test_errors_of_the_warm_up_are_counted(client: Client) -> None:
    measured = await drive(client, repeated("unknown"), Load(20, 0.1, warm_up=1, arrivals=Arrivals.constant))

    assert measured.errors > measured.all.count


async def test_a_tolerated_error_is_no_error(client: Client) -> None:
    measured = await drive(client, repeated("known"), Load(20, 0.5, warm_up=0))

    assert measured.all.count > 0
    assert not measured.errors


async def test_a_server_that_is_down_is_an_error(server: Server) -> None:
    client = Client("http://127.0.0.1:9", timeout=1)

    exchange = await client.fetch(request("fine"))

    await client.close()
    assert exchange.error
    assert exchange.error.startswith("cannot connect")


async def test_a_run_ends_early_when_responses_fall_behind(client: Client) -> None:
    measured = await drive(client, repeated("silence"), Load(100, 30, warm_up=0))

    assert measured.overloaded
    assert measured.seconds < 10
    assert "fell behind" in Goal(200).violation(measured)


async def test_a_step_names_the_missed_goal(client: Client) -> None:
    targets = Targets()
    load = Load(20, 0.5, warm_up=0)

    assert (await measure(client, repeated("fine"), load, targets, Goal(2000))).passed
    assert (
        await measure(client, repeated("fine"), load, targets, Goal(0.0001))
    ).violation == "p99 is not below 0.0001 ms"
    failed = await measure(client, repeated("unknown"), load, targets, Goal(2000))
    assert "unknown: 409 unknown" in failed.violation
    assert failed.document()["errors"][0]["count"] == failed.measured.errors


async def test_a_service_with_a_url_gets_its_requests_there(server: Server) -> None:
    client = Client("http://127.0.0.1:9", {"course": server.url})

    exchange = await client.fetch(request("fine"))

    await client.close()
    assert json.loads(exchange.body) == {"path": "fine"}


async def test_a_conversation_receives_the_responses(client: Client, server: Server) -> None:
    def conversation() -> Conversation[list[object]]:
        first = yield Request("GET", "/course/fine", "fine", token="secret")
        second = yield Request("POST", "/course/unknown", "unknown", body={"a": 1})
        return [first, second]

    failures: list[str | None] = []
    result = await client.converse(conversation(), lambda exchange: failures.append(exchange.error))

    assert result == [{"path": "fine"}, None]
    assert failures == ["409 unknown"]
    assert b"Authorization: Bearer secret" in server.heads[0]
    assert b"Idempotency-Key: " in server.heads[1]


async def test_a_conversation_retries_when_the_platform_is_overloaded(client: Client, server: Server) -> None:
    def conversation() -> Conversation[object]:
        return (yield request("busy"))

    failures: list[str | None] = []
    result = await client.converse(conversation(), lambda exchange: failures.append(exchange.error))

    assert result == {"path": "busy"}
    assert len(server.heads) == 2
    assert not failures


@pytest.mark.parametrize(("kind", "longest"), [(Arrivals.constant, 0.02), (Arrivals.poisson, 0.06)])
def test_arrivals_have_the_rate(kind: Arrivals, longest: float) -> None:
    gaps = list(itertools.islice(kind.gaps(50), 5000))

    assert sum(gaps) / 5000 == pytest.approx(0.02, rel=0.1)
    assert max(gaps) >= longest


def test_distinct_urls_are_for_every_service_and_for_pages() -> None:
    catalogue = Catalogue([{"title": "Python for beginners", "tags": ["python"]}])
    users = VirtualUsers(catalogue, ZipfSampler([Student("token", [])]), ZipfSampler[Teacher]([]))
    requests = list(itertools.islice(distinct_urls(users), 5_000))

    assert len({request.path for request in requests}) == len(requests)
    services = {request.path.split("/")[1] for request in requests if not request.page}
    assert services == {"course", "enrollment", "identity", "notification", "payment"}
    assert {request.page for request in requests} == {True, False}


async def test_a_page_is_no_endpoint_and_may_be_missing(server: Server, client: Client) -> None:
    page = Request("GET", "/none", "page", page=True)
    missing, tolerated = [await client.fetch(page), await client.fetch(replace(page, tolerated=(NOT_FOUND,)))]

    assert server.heads[-1].startswith(b"GET /none HTTP/1.1")
    assert (missing.error, tolerated.error) == ("404", None)
