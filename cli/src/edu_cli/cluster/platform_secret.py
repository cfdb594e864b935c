"""The Secret of a platform that is installed from its charts only, as files."""

import json
import secrets
from pathlib import Path

from edu_cli.devserver.state import new_signing_key
from edu_common.service_keys import KeyRing
from edu_topology import SERVICES

KEY_RING = "keyring.json"


def write(folder: Path) -> list[str]:
    """Create missing files in the folder, and rotate existing service keys; return the names of the files written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ring_file = folder / KEY_RING
    ring = KeyRing(json.loads(ring_file.read_text())).rotated() if ring_file.exists() else KeyRing.new(SERVICES)
    content = {
        KEY_RING: json.dumps(ring.keys),
        "service-keys.json": ring.public_keys(),
        **{f"{name}.jwk": ring.private_key(name) for name in SERVICES},
    }
    kept = {"secret": secrets.token_urlsafe(48), "jwt.pem": new_signing_key().decode()}
    content |= {name: value for name, value in kept.items() if not (folder / name).exists()}
    for name, value in content.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(value)
    return list(content)
