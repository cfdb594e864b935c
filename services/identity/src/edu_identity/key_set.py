"""The public keys that verify access tokens."""

from typing import Any

from fastapi import Response

from edu_common.web.routing import Router
from edu_identity.context import App

router = Router(prefix="/.well-known/jwks.json", tags=["keys"])


@router.get("")
async def get_key_set(app: App, response: Response) -> dict[str, Any]:
    """A JWK set (RFC 7517). With a key id that is not in a copy, fetch it again."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return app.keys.document()
