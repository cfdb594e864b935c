"""The keys of the services as the operator creates them and the services read them."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import cast

import pytest
from pydantic import SecretStr

from edu_common.auth.service_tokens import ServiceTokens
from edu_common.errors import Unauthenticated
from edu_operator import credentials, values
from edu_operator.objects import Secret
from edu_operator.types import Platform

MakePlatform = Callable[..., Platform]


def tokens(content: Mapping[str, str], service: str) -> ServiceTokens:
    """Return a service's tokens by its own key and the public ones in the platform's Secret."""
    private_key = SecretStr(content[values.service_private_key(service)])
    return ServiceTokens(service, private_key, content[values.SERVICE_PUBLIC_KEYS])


def test_the_services_of_a_new_platform_know_each_other(platform: MakePlatform) -> None:
    content = credentials.platform_keys(platform())["stringData"]
    for service in values.PORTS:
        token = tokens(content, "identity").issue(service)
        assert tokens(content, service).verify(token) == "identity"


def test_services_accept_each_other_across_one_rotation_and_not_across_two() -> None:
    ring = credentials.new_key_ring()
    next_ring = credentials.rotated(ring)
    before, after, later = map(credentials.service_keys, (ring, next_ring, credentials.rotated(next_ring)))
    for one, other in ((before, after), (after, before), (after, later), (later, after)):
        assert tokens(other, "course").verify(tokens(one, "payment").issue("course")) == "payment"
    with pytest.raises(Unauthenticated):
        tokens(later, "course").verify(tokens(before, "payment").issue("course"))


def test_nothing_private_is_among_the_public_keys() -> None:
    content = credentials.service_keys(credentials.new_key_ring())
    assert '"d"' not in content[values.SERVICE_PUBLIC_KEYS]


def stored(content: Mapping[str, str], token: str = "") -> Secret:
    """Return the platform's Secret as the API server returns it."""
    data = {name: base64.b64encode(value.encode()).decode() for name, value in content.items()}
    annotations = {credentials.ROTATION_ANNOTATION: token}
    return cast("Secret", {"metadata": {"name": "demo-platform", "annotations": annotations}, "data": data})


class TestDueKeyRing:
    def test_a_secret_of_an_earlier_release_gets_one(self, platform: MakePlatform) -> None:
        earlier = stored({"secret": "x" * 64, "jwt.pem": "key"})
        ring = credentials.due_key_ring(platform(), earlier)
        assert ring
        assert set(ring) == set(values.PORTS)

    @pytest.mark.parametrize(("wanted", "known"), [("", ""), ("", "a"), ("a", "a")])
    def test_without_a_new_token_nothing_changes(self, platform: MakePlatform, wanted: str, known: str) -> None:
        made = platform({"serviceKeys": {"rotationToken": wanted}})
        secret = stored(credentials.service_keys(credentials.new_key_ring()), known)
        assert credentials.due_key_ring(made, secret) is None

    def test_a_new_token_lets_the_next_keys_sign(self, platform: MakePlatform) -> None:
        ring = credentials.new_key_ring()
        due = credentials.due_key_ring(
            platform({"serviceKeys": {"rotationToken": "b"}}), stored(credentials.service_keys(ring), "a")
        )
        assert due
        assert {service: keys[:2] for service, keys in due.items()} == ring
        assert json.loads(credentials.service_keys(due)["course.jwk"]) == ring["course"][1]
