"""The Secret of a platform without an operator, as files."""

import stat
from pathlib import Path

from pydantic import SecretStr

from edu_cli.cluster import platform_secret
from edu_common.auth.service_tokens import ServiceTokens
from edu_topology import SERVICES


def tokens(folder: Path, service: str) -> ServiceTokens:
    private_key = SecretStr((folder / f"{service}.jwk").read_text())
    return ServiceTokens(service, private_key, (folder / "service-keys.json").read_text())


def test_the_services_know_each_other(tmp_path: Path) -> None:
    platform_secret.write(tmp_path / "keys")
    for service in SERVICES:
        assert tokens(tmp_path / "keys", service).verify(tokens(tmp_path / "keys", "course").issue(service)) == "course"


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    platform_secret.write(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_second_call_rotates_the_service_keys_alone(tmp_path: Path) -> None:
    platform_secret.write(tmp_path)
    before = tokens(tmp_path, "payment").issue("course")
    kept = [(tmp_path / name).read_text() for name in ("secret", "jwt.pem")]
    private_key = (tmp_path / "payment.jwk").read_text()
    platform_secret.write(tmp_path)
    assert (tmp_path / "payment.jwk").read_text() != private_key
    assert tokens(tmp_path, "course").verify(before) == "payment"
    assert [(tmp_path / name).read_text() for name in ("secret", "jwt.pem")] == kept
