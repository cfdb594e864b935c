"""The five services' OpenAPI documents, from which the front end's types are generated."""

import json
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from edu_cli.devserver.state import PROJECT, new_signing_key
from edu_common.service_keys import KeyRing
from edu_topology import SERVICES

DOCUMENTS = PROJECT / "frontend" / "src" / "lib" / "api" / "documents"


def document(service: str) -> str:
    """Return a service's document as JSON; the service is not started."""
    package = f"edu_{service}"
    settings_type = getattr(import_module(f"{package}.settings"), f"{service.title()}Settings")
    keys = KeyRing.new(SERVICES)
    with TemporaryDirectory() as folder:
        key = Path(folder) / "key.pem"
        key.write_bytes(new_signing_key())
        settings = settings_type(
            database_url="postgresql+asyncpg://unused@127.0.0.1/unused",
            platform_secret="described, not started" * 2,
            service_private_key=keys.private_key(service),
            service_public_keys=keys.public_keys(),
            **({"jwt_private_key_file": key} if service == "identity" else {}),
        )
        schema: dict[str, Any] = import_module(f"{package}.app").create(settings).openapi()
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_documents() -> list[str]:
    """Write the documents that differ from the front end's copies; return their services."""
    outdated = [name for name in SERVICES if not is_current(name)]
    for name in outdated:
        (DOCUMENTS / f"{name}.json").write_text(document(name), encoding="utf-8")
    return outdated


def is_current(service: str) -> bool:
    """Return whether the front end's copy matches the service."""
    path = DOCUMENTS / f"{service}.json"
    return path.exists() and path.read_text(encoding="utf-8") == document(service)
