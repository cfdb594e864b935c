"""What may be declared a public response, and how long it is cached."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated

import httpx2
import pytest
import pytest_asyncio
from fastapi import Depends, FastAPI, Header, Request

from edu_common.caching.memory import Cache
from edu_common.context import ServiceContext, service_context
from edu_common.web.app import create_app
from edu_common.web.conditional import Representation
from edu_common.web.dependencies import MaybeUser
from edu_common.web.paging import Paging
from edu_common.web.response_cache import cached
from edu_common.web.routing import Router
from edu_sample.app import PACKAGE, ReceiverSettings

GROUP = "things"
loads: Counter[int] = Counter()
things: Cache[Representation] = Cache("sample", "things", ttl=60, max_bytes=100_000)

public = cached(lambda _: things, invalidated_by=GROUP, cache_control="public, max-age=5")
router = Router(prefix="/things")


async def context(request: Request) -> ServiceContext:
    return service_context(request)


App = Annotated[ServiceContext, Depends(context)]


@router.get("")
@public
async def list_things(
    app: Annotated[ServiceContext, Depends(context)], params: Paging, size: int = 1
) -> Representation:
    loads[size] += 1
    return Representation.of({"service": app.settings.service, "size": size, "limit": params.limit})


@pytest_asyncio.fixture
async def client(
    serve: Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]],
    receiver_settings: Callable[..., ReceiverSettings],
) -> AsyncGenerator[httpx2.AsyncClient]:
    loads.clear()
    things.drop(GROUP)
    app = create_app(ServiceContext(PACKAGE, receiver_settings(), {}, {}), description="Lists", routers=[router])
    async with serve(app) as client:
        yield client


class TestResponses:
    async def test_are_loaded_once_for_a_url(self, client: httpx2.AsyncClient) -> None:
        for _ in range(3):
            response = await client.get("/things?size=2")
            assert response.json() == {"service": "enrollment", "size": 2, "limit": 20}
            assert response.headers["cache-control"] == "public, max-age=5"
        assert loads == {2: 1}

    async def test_vary_by_every_parameter(self, client: httpx2.AsyncClient) -> None:
        urls = ["/things", "/things?size=2", "/things?limit=5", "/things?size=2&limit=5"]
        assert len({(await client.get(url)).text for url in urls}) == len(urls)

    async def test_are_one_for_two_ways_to_write_a_url(self, client: httpx2.AsyncClient) -> None:
        for url in ("/things?limit=20&size=1", "/things?size=1", "/api/enrollment/things"):
            await client.get(url)
        assert loads == {1: 1}

    async def test_are_unchanged_for_who_has_them(self, client: httpx2.AsyncClient) -> None:
        etag = (await client.get("/things")).headers["etag"]
        unchanged = await client.get("/things", headers={"If-None-Match": etag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")

    async def test_are_loaded_again_once_invalidated(self, client: httpx2.AsyncClient) -> None:
        await client.get("/things")
        things.drop(GROUP)
        await client.get("/things")
        assert loads == {1: 2}


class TestDeclaration:
    def test_what_varies_by_more_than_the_url_is_not_public(self) -> None:
        async def by_user(user: MaybeUser) -> Representation: ...
        async def by_header(language: Annotated[str, Header()]) -> Representation: ...
        async def by_request(request: Request) -> Representation: ...

        for endpoint in (by_user, by_header, by_request):
            with pytest.raises(TypeError, match="takes more than parameters of the URL"):
                public(endpoint)
