"""Tokens that are forged, confused, revoked or expired are rejected by every service."""

import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from jwt import PyJWK
from jwt.utils import base64url_encode

from abuse.callers import OWN, until_refused
from edu_cli.devserver.platform import Platform
from edu_common.service_keys import KeyRing
from edu_common.testing.keys import tokens_of
from edu_topology import SERVICES
from people import Student, Visitor, expect


@dataclass(frozen=True)
class Workshop:
    """A valid token and all that is needed to make similar ones, including the platform's own secrets."""

    good: str
    student: Student
    private_key: Any
    keys: KeyRing

    @property
    def header(self) -> dict[str, Any]:
        return jwt.get_unverified_header(self.good)

    @property
    def claims(self) -> dict[str, Any]:
        return jwt.decode(self.good, options={"verify_signature": False})

    @property
    def public_pem(self) -> bytes:
        return self.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def signed(self, headers: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """Return the valid token with other claims, signed by identity's own key; a claim of None is left out."""
        changed = {name: value for name, value in (self.claims | claims).items() if value is not None}
        return jwt.encode(changed, self.private_key, algorithm="ES256", headers={**self.header, **(headers or {})})

    def by_hand(self, header: Mapping[str, Any], signature: bytes = b"") -> str:
        """Return the valid token's claims with another header, as no library would write it."""
        parts = (json.dumps(header).encode(), json.dumps(self.claims).encode(), signature)
        return ".".join(base64url_encode(part).decode() for part in parts)

    def for_services(self, audience: str) -> str:
        """Return a token of a service that publishes events to every other."""
        return tokens_of("identity", self.keys).issue(audience)

    def hmac_with(self, public_key: bytes) -> str:
        """Return the classic algorithm confusion: a token whose shared secret is a public key; PyJWT makes none."""
        unsigned = self.by_hand({**self.header, "alg": "HS256"}).rpartition(".")[0]
        signature = hmac.digest(public_key, unsigned.encode(), "sha256")
        return f"{unsigned}.{base64url_encode(signature).decode()}"


@pytest.fixture(scope="module")
def workshop(platform: Platform) -> Workshop:
    student = Student(platform.url)
    del student.http.headers["Authorization"]
    key = load_pem_private_key(platform.state.signing_key.read_bytes(), None)
    return Workshop(student.access_token, student, key, platform.state.service_keys())


def now(seconds: int = 0) -> int:
    return int(time.time()) + seconds


Forge = Callable[[Workshop], str]

FORGERIES: Mapping[str, Forge] = {
    "no algorithm": lambda made: made.by_hand({**made.header, "alg": "none"}),
    "no algorithm, in capitals": lambda made: made.by_hand({**made.header, "alg": "NONE"}),
    "no signature": lambda made: made.good.rpartition(".")[0] + ".",
    "another's signature": lambda made: made.good[:-8] + made.signed(jti=str(uuid4()))[-8:],
    "public key as secret": lambda made: made.hmac_with(made.public_pem),
    "signed by a service": lambda made: jwt.encode(
        made.claims,
        PyJWK.from_json(made.keys.private_key("identity")),
        algorithm="EdDSA",
        headers={"kid": made.header["kid"]},
    ),
    "service's public keys as secret": lambda made: made.hmac_with(made.keys.public_keys().encode()),
    "service token": lambda made: made.for_services("identity"),
    "refresh token": lambda made: made.student.refresh_token,
    "foreign issuer": lambda made: made.signed(iss="https://elsewhere.example"),
    "foreign audience": lambda made: made.signed(aud="elsewhere"),
    "expired": lambda made: made.signed(iat=now(-960), exp=now(-60)),
    "not yet valid": lambda made: made.signed(nbf=now(+600)),
    "issued in the future": lambda made: made.signed(iat=now(+600), exp=now(+900)),
    "ten years long": lambda made: made.signed(exp=now(315_360_000)),
    "no expiry": lambda made: made.signed(exp=None),
    "no session": lambda made: made.signed(sid=None),
    "no user": lambda made: made.signed(sub=None),
    "unknown key": lambda made: made.signed({"kid": "no-such-key"}),
    "no key": lambda made: made.signed({"kid": ""}),
    "key is a path": lambda made: made.signed({"kid": "../../../../dev/null"}),
    "key is SQL": lambda made: made.signed({"kid": "' OR 1=1 --"}),
    "key is elsewhere": lambda made: made.signed({"kid": "x", "jku": "http://127.0.0.1:9/keys"}),
    "key inside": lambda made: made.signed({"kid": "x", "jwk": {"kty": "oct", "k": "AAAA"}}),
    "unknown critical header": lambda made: made.signed({"crit": ["edu"], "edu": True}),
    "invented role": lambda made: made.signed(role="root"),
    "user is no id": lambda made: made.signed(sub="admin"),
    "expiry is text": lambda made: made.signed(exp="never"),
    "deep header": lambda made: made.by_hand({}).replace("e30", base64url_encode(b"[" * 3000).decode(), 1),
    "not base64": lambda _: "ü.ü.ü".encode().decode("latin-1"),
    "one part": lambda _: "token",
    "many parts": lambda _: "." * 5000,
    "long": lambda made: made.good + "A" * 20_000,
}


@pytest.mark.parametrize("service", SERVICES)
def test_a_good_token_opens(visitor: Visitor, workshop: Workshop, service: str) -> None:
    """Without it, the rejections below would prove nothing."""
    for token in (workshop.good, workshop.signed(jti=workshop.claims["jti"])):
        assert visitor.get(OWN[service], headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_opens_nothing(
    platform: Platform, visitor: Visitor, workshop: Workshop, service: str, forgery: str
) -> None:
    headers = {b"Authorization": f"Bearer {FORGERIES[forgery](workshop)}".encode("latin-1")}
    path = OWN[service].removeprefix(service)
    answers = [
        visitor.get(OWN[service], headers=headers),
        visitor.http.get(platform.service_url(service) + path, headers=headers),
    ]
    for answer in answers:
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("credentials", ["Bearer", "Basic YWRtaW46YWRtaW4=", "bearer x y", "Token {good}", "{good}"])
def test_only_a_bearer_token_counts(visitor: Visitor, workshop: Workshop, service: str, credentials: str) -> None:
    headers = {"Authorization": credentials.format(good=workshop.good)}
    assert visitor.get(OWN[service], headers=headers).status_code == 401


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_elsewhere_than_in_its_header_is_not_seen(visitor: Visitor, workshop: Workshop, service: str) -> None:
    token = workshop.good
    assert visitor.get(f"{OWN[service]}?access_token={token}&token={token}").status_code == 401
    assert visitor.get(OWN[service], headers={"Cookie": f"access_token={token}; edu_access={token}"}).status_code == 401


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_believes_only_tokens_for_itself(platform: Platform, workshop: Workshop, service: str) -> None:
    """Neither a user's token nor one for another service opens internal routes."""
    internal = f"{platform.service_url(service)}/internal/events"
    other = next(name for name in SERVICES if name != service)
    with Visitor(platform.url) as anybody:

        def status(token: str) -> int:
            return anybody.http.post(internal, json=[], headers={"Authorization": f"Bearer {token}"}).status_code

        assert status(workshop.for_services(service)) == 200
        assert status(workshop.for_services(other)) == 401
        assert status(workshop.good) == 401
        assert status(workshop.hmac_with(workshop.public_pem)) == 401


def sign_out(student: Student) -> None:
    expect(student.post("identity/logout"), 204)


def sign_out_everywhere(student: Student) -> None:
    expect(student.post("identity/logout-all"), 204)


def erase(student: Student) -> None:
    expect(student.call("DELETE", "identity/me"), 202)


@pytest.mark.parametrize("end", [sign_out, sign_out_everywhere, erase])
def test_an_ended_access_opens_nothing(student: Student, end: Callable[[Student], None]) -> None:
    for path in OWN.values():  # sent once before, so that a cached verdict would show
        expect(student.get(path), 200)
    end(student)
    expect(student.get(OWN["identity"]), 401, "access_revoked")
    until_refused(student)
    expect(student.post("identity/refresh", {"refresh_token": student.refresh_token}), 401)
