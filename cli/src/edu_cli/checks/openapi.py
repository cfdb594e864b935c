"""The five services' OpenAPI documents, as the front end's typed clients are made from them."""

import json
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from edu_cli.devserver.services import NAMES
from edu_cli.devserver.state import PROJECT, new_signing_key

DOCUMENTS = PROJECT / "frontend" / "src" / "lib" / "api" / "documents"


def document(service: str) -> str:
    """The document of a service that needs nothing to run: it is described, not started."""
    package = f"edu_{service}"
    settings_type = getattr(import_module(f"{package}.settings"), f"{service.title()}Settings")
    with TemporaryDirectory() as folder:
        key = Path(folder) / "key.pem"
        key.write_bytes(new_signing_key())
        settings = settings_type(
            database_url="postgresql+asyncpg://nobody@127.0.0.1/nothing",
            platform_secret="described, not started" * 2,
            **({"jwt_private_key_file": key} if service == "identity" else {}),
        )
        described: dict[str, Any] = import_module(f"{package}.app").create(settings).openapi()
    return json.dumps(described, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_documents() -> list[str]:
    """Write the documents that differ from what stands in the front end; gives their services."""
    stale = [name for name in NAMES if not is_current(name)]
    for name in stale:
        (DOCUMENTS / f"{name}.json").write_text(document(name), encoding="utf-8")
    return stale


def is_current(service: str) -> bool:
    path = DOCUMENTS / f"{service}.json"
    return path.exists() and path.read_text(encoding="utf-8") == document(service)
