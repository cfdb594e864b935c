"""The cookie in which a browser keeps the refresh token."""

from typing import Annotated

from fastapi import Cookie, Response

from edu_identity.client import Client
from edu_identity.sessions.repository import LIFETIME

NAME = "edu_refresh"
PATH = "/api/identity"

RefreshCookie = Annotated[str | None, Cookie(alias=NAME)]


def set_cookie(response: Response, refresh_token: str, client: Client) -> None:
    _write(response, refresh_token, int(LIFETIME.total_seconds()), client)


def clear_cookie(response: Response, client: Client) -> None:
    _write(response, "", 0, client)


def _write(response: Response, value: str, max_age: int, client: Client) -> None:
    response.set_cookie(NAME, value, max_age=max_age, path=PATH, secure=client.secure, httponly=True, samesite="lax")
