"""The pages that show a service's OpenAPI document: `/docs` (Swagger UI) and `/redoc`.

FastAPI's own pages load scripts from a CDN, on the origin of the session cookies. These use assets of a pinned package
and a Content-Security-Policy that allows nothing else to run.
"""

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

ASSETS = {
    path.name: path
    for path in Path(str(files("fastapi_offline") / "static")).iterdir()
    if path.suffix in {".js", ".css", ".png"}
}
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def show_swagger_ui(request: Request) -> HTMLResponse:
    return _with_policy(
        get_swagger_ui_html(
            title=_title(request),
            openapi_url=_url(request, "/openapi.json"),
            swagger_js_url=_url(request, "/docs/assets/swagger-ui-bundle.js"),
            swagger_css_url=_url(request, "/docs/assets/swagger-ui.css"),
            swagger_favicon_url=_url(request, "/docs/assets/favicon.png"),
        )
    )


@router.get("/redoc")
async def show_redoc(request: Request) -> HTMLResponse:
    return _with_policy(
        get_redoc_html(
            title=_title(request),
            openapi_url=_url(request, "/openapi.json"),
            redoc_js_url=_url(request, "/docs/assets/redoc.standalone.js"),
            redoc_favicon_url=_url(request, "/docs/assets/favicon.png"),
            with_google_fonts=False,
        )
    )


@router.get("/docs/assets/{name}")
async def load_asset(name: str) -> Response:
    if name not in ASSETS:
        raise HTTPException(404)
    return FileResponse(ASSETS[name], headers={"Cache-Control": "public, max-age=86400"})


def _title(request: Request) -> str:
    app: FastAPI = request.app
    return app.title


def _url(request: Request, path: str) -> str:
    return f"{request.scope.get('root_path', '')}{path}"


def _with_policy(page: HTMLResponse) -> HTMLResponse:
    """Allow the page its own inline scripts, by their hashes, and no others."""
    digests = [sha256(script.encode()).digest() for script in INLINE_SCRIPT.findall(bytes(page.body).decode())]
    scripts = "".join(f" 'sha256-{b64encode(digest).decode()}'" for digest in digests)
    page.headers["Content-Security-Policy"] = POLICY.format(scripts=scripts)
    return page
