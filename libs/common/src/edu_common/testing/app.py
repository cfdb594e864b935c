"""A service's application in the test's own process and event loop."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI

from edu_common.auth.access_tokens import AccessTokens
from edu_common.testing.tokens import Signer


@asynccontextmanager
async def running(app: FastAPI, signer: Signer) -> AsyncGenerator[FastAPI]:
    """Start the application's background tasks, and end them with the block; it accepts tokens that `signer` signs."""
    app.state.runtime.access_tokens = AccessTokens(signer.key_set())
    async with app.router.lifespan_context(app):
        yield app


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://service")
