"""The router class of all services."""

from typing import Any

from fastapi import APIRouter

from edu_common.web.url_parameters import UrlParameterRoute


class Router(APIRouter):
    """FastAPI's router; its routes parse the parameters of a URL once."""

    def __init__(self, prefix: str = "", **options: Any) -> None:
        super().__init__(prefix=prefix, route_class=UrlParameterRoute, **options)
