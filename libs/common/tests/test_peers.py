"""Another service that sends invalid responses, or breaks connections at any moment, counts as unavailable."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
import pytest
import uvloop
from fastapi import APIRouter, FastAPI, Response
from pydantic import BaseModel

from edu_common.context import ServiceContext
from edu_common.http_client import new_client
from edu_common.service_client import ServiceClient, ServiceUnavailable
from edu_common.testing.keys import tokens_of
from edu_common.web.app import create_app
from edu_sample.app import PACKAGE, ReceiverSettings, SenderSettings


class Count(BaseModel):
    count: int


NONSENSE = ["", "{}", "[]", "null", '"count"', '{"count": "many"}', '{"count": null}', "<html>", "[" * 100_000]


def talking(settings: ReceiverSettings) -> FastAPI:
    """Start a service whose response at `/says` is given by the request's parameters."""
    router = APIRouter()

    @router.get("/says")
    async def say(number: int = -1, status: int = 200) -> Response:
        text = '{"count": 7, "more": true}' if number < 0 else NONSENSE[number]
        return Response(text, status, media_type="application/json")

    return create_app(ServiceContext(PACKAGE, settings, {}, {}), description="Talks", routers=[router])


class TestPeer:
    async def test_what_answers_are_worth(
        self,
        serve: Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]],
        receiver_settings: Callable[..., ReceiverSettings],
        sender_settings: Callable[..., SenderSettings],
    ) -> None:
        listening = receiver_settings()
        settings = sender_settings(enrollment_url=f"http://127.0.0.1:{listening.port}")
        peer = ServiceClient("enrollment", settings, tokens_of(settings.service))
        async with serve(talking(listening)):
            assert await peer.get(Count, "/says") == Count(count=7)
            assert await peer.get(Count, "/says", {"status": "404"}) is None
            with pytest.raises(ServiceUnavailable):
                await peer.get_existing(Count, "/says", {"status": "404"})
            for status in ("500", "503", "401", "302"):
                with pytest.raises(ServiceUnavailable):
                    await peer.get(Count, "/says", {"status": status})
            for number in range(len(NONSENSE)):
                with pytest.raises(ServiceUnavailable):
                    await peer.get(Count, "/says", {"number": str(number)})
        await peer.close()


async def ask_on_a_torn_connection() -> None:
    def accept(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None: ...

    async def tear(moment: str, info: dict[str, Any]) -> None:
        if moment == "connection.connect_tcp.complete":
            await info["return_value"].aclose()

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server, new_client() as client:
        port = server.sockets[0].getsockname()[1]
        await client.get(f"http://127.0.0.1:{port}", extensions={"trace": tear})


def test_a_connection_torn_before_its_first_use_counts_as_refused() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, pytest.raises(httpx2.ConnectError):
        runner.run(ask_on_a_torn_connection())
