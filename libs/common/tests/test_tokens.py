"""Access tokens and service tokens: which are accepted, and that all others are rejected."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm
from pydantic import SecretStr, ValidationError

from edu_common.auth.access_tokens import LIFETIME_SECONDS, AccessTokens, KeySet
from edu_common.auth.service_tokens import TOKEN_TYPE
from edu_common.errors import Unauthenticated, Unavailable
from edu_common.events import Event
from edu_common.ids import new_id, utc_now
from edu_common.service_keys import KeyRing
from edu_common.settings import ServiceSettings
from edu_common.testing.keys import RING, service_call, tokens_of
from edu_common.testing.tokens import KEY_ID, Signer
from edu_sample.app import COUNTED

SECRET = SecretStr("x" * 32)
Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]]


def claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a valid token; a change to None leaves the claim out."""
    now = int(time.time())
    usual = {
        "iss": "eduplatform",
        "aud": "eduplatform",
        "sub": str(new_id()),
        "sid": str(new_id()),
        "jti": str(new_id()),
        "iat": now,
        "exp": now + 900,
        "role": "admin",
        "is_verified": True,
        "email_verified": True,
        "name": "Mallory",
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(header: Any, payload: Any, signature: bytes = b"") -> str:
    return ".".join([base64url(orjson.dumps(header)), base64url(orjson.dumps(payload)), base64url(signature)])


def by_secret(secret: bytes) -> str:
    """Return a token signed manually with HS256: the library does not allow a public key as the secret."""
    signed = unsigned({"alg": "HS256", "typ": "JWT", "kid": KEY_ID}, claims()).rpartition(".")[0]
    return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), 'sha256'))}"


def forgeries(signer: Signer) -> dict[str, str]:
    """Return invalid tokens by what is wrong with them."""
    public = signer.private_key.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    good = signer.token()
    head, body, signature = good.split(".")
    stranger = ec.generate_private_key(ec.SECP256R1())
    return {
        "algorithm none": unsigned({"alg": "none", "kid": KEY_ID}, claims()),
        "algorithm none, other case": unsigned({"alg": "nOnE", "kid": KEY_ID}, claims()),
        "no algorithm": unsigned({"kid": KEY_ID}, claims()),
        "public key as secret": by_secret(pem),
        "platform's secret": jwt.encode(
            claims(), SECRET.get_secret_value(), algorithm="HS256", headers={"kid": KEY_ID}
        ),
        "another key under the known id": jwt.encode(claims(), stranger, algorithm="ES256", headers={"kid": KEY_ID}),
        "own key in the header": jwt.encode(
            claims(),
            stranger,
            algorithm="ES256",
            headers={"kid": KEY_ID, "jwk": ECAlgorithm.to_jwk(stranger.public_key(), as_dict=True)},
        ),
        "unknown key id": jwt.encode(claims(), signer.private_key, algorithm="ES256", headers={"kid": "other"}),
        "no key id": jwt.encode(claims(), signer.private_key, algorithm="ES256"),
        "key id a path": jwt.encode(claims(), signer.private_key, algorithm="ES256", headers={"kid": "../../etc/x"}),
        "key id no text": unsigned({"alg": "ES256", "kid": [1]}, claims()),
        "foreign issuer": signer.token(iss="elsewhere"),
        "foreign audience": signer.token(aud="elsewhere"),
        "issuer no text": jwt.PyJWS().encode(
            orjson.dumps(claims(iss=["eduplatform"])), signer.private_key, algorithm="ES256", headers={"kid": KEY_ID}
        ),
        "expired": signer.token(iat=int(time.time()) - 1000, exp=int(time.time()) - 100),
        "too long": signer.token(exp=int(time.time()) + LIFETIME_SECONDS + 1),
        "issued long ago": signer.token(iat=0),
        "from the future": signer.token(iat=int(time.time()) + 1000),
        "not yet valid": signer.token(nbf=int(time.time()) + 1000),
        "unknown role": signer.token(role="owner"),  # pyright: ignore[reportArgumentType] - a role on the wire
        "subject no id": signer.token(sub="1"),
        **{
            f"without {name}": _without(signer, name)
            for name in ("iss", "aud", "sub", "sid", "jti", "iat", "exp", "role")
        },
        "service token": tokens_of("identity").issue(audience="enrollment"),
        "claims of another": ".".join([head, base64url(orjson.dumps(claims())), signature]),
        "cut signature": good[:-10],
        "no signature": f"{head}.{body}.",
        "zero signature": f"{head}.{body}.{base64url(bytes(64))}",
        "two parts": f"{head}.{body}",
        "four parts": f"{good}.x",
        "no base64": "a.b.c",
        "no object": unsigned([1], claims()),
        "no text": unsigned({"alg": "ES256", "kid": KEY_ID}, "text", b"x"),
        "garbage": "!garbage!",
        "dots": "." * 50,
        "deep header": f"{base64url(b'[' * 20_000)}.{body}.{signature}",
        "huge": "a" * 30_000,
        "huge with parts": f"{head}.{'b' * 30_000}.{signature}",
    }


def _without(signer: Signer, name: str) -> str:
    return jwt.encode(claims(**{name: None}), signer.private_key, algorithm="ES256", headers={"kid": KEY_ID})


CASES = sorted(forgeries(Signer()))


class TestAccessTokens:
    @pytest.mark.parametrize("case", CASES)
    async def test_forgeries_are_refused(self, client: httpx2.AsyncClient, signer: Signer, case: str) -> None:
        token = forgeries(signer)[case]
        for _ in range(2):  # only the verdict on a valid one is cached
            response = await client.get("/things/me", headers={"Authorization": f"Bearer {token}"})
            assert response.status_code == 401, response.text
            assert response.headers["www-authenticate"].startswith("Bearer")
            expected = "access_token_expired" if case == "expired" else "invalid_access_token"
            assert response.json()["code"] == expected

    @pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Token x", "bearer  x y", "é"])
    async def test_other_headers(self, client: httpx2.AsyncClient, header: str) -> None:
        response = await client.get("/things/me", headers={b"Authorization": header.encode()})
        assert response.status_code == 401

    async def test_a_good_one(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        response = await client.get("/things/me", headers=signer.headers(name="Ada"))
        assert response.json() == {"name": "Ada", "role": "student"}
        lower = {"Authorization": signer.headers()["Authorization"].replace("Bearer", "bearer")}
        assert (await client.get("/things/me", headers=lower)).status_code == 200

    async def test_a_remembered_one_ends_in_time(self, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
        tokens = AccessTokens(signer.key_set())
        token = signer.token()
        assert (await tokens.verify(token)).name == "Ada Lovelace"
        later = time.time() + 910
        monkeypatch.setattr(time, "time", lambda: later)
        with pytest.raises(Unauthenticated) as refused:
            await tokens.verify(token)
        assert refused.value.code == "access_token_expired"

    async def test_remembers_no_more_than_it_may(self, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("edu_common.auth.access_tokens.REMEMBERED_TOKENS", 3)
        tokens = AccessTokens(signer.key_set())
        for _ in range(10):
            await tokens.verify(signer.token())
        assert len(tokens._known) == 3  # pyright: ignore[reportPrivateUsage] - memory has no other face


class KeyServer:
    """Publishes key sets as identity does; counts its requests and can hang."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = []
        self.asked = 0
        self.answering = asyncio.Event()
        self.answering.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        await self.answering.wait()
        body = orjson.dumps({"keys": self.keys})
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    async def start(self) -> tuple[asyncio.Server, str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


class TestKeySet:
    async def test_nobody_there(self) -> None:
        with pytest.raises(Unavailable):
            await KeySet("http://127.0.0.1:1/").key("any")

    async def test_asked_once_for_many(self, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("edu_common.auth.access_tokens.KEY_SET_RETRY_SECONDS", 60)
        source = KeyServer()
        source.keys = signer.document()["keys"]
        server, url = await source.start()
        async with server:
            keys = KeySet(url)
            await asyncio.gather(*(keys.key(KEY_ID) for _ in range(20)))
            for _ in range(20):
                with pytest.raises(Unauthenticated):
                    await keys.key("unknown")
        assert source.asked == 1, "an unknown key id makes nobody ask identity without end"

    async def test_a_new_key_is_found(self, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("edu_common.auth.access_tokens.KEY_SET_RETRY_SECONDS", 0)
        source = KeyServer()
        server, url = await source.start()
        async with server:
            source.keys = signer.document()["keys"]
            keys = KeySet(url)
            await keys.key(KEY_ID)
            source.keys = [*signer.document()["keys"], {**signer.document()["keys"][0], "kid": "next"}]
            assert (await keys.key("next")).key_id == "next"

    async def test_a_known_key_serves_on_while_identity_hangs(
        self, signer: Signer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = KeyServer()
        source.keys = signer.document()["keys"]
        server, url = await source.start()
        async with server:
            monkeypatch.setattr("edu_common.auth.access_tokens.KEY_SET_LIFETIME_SECONDS", 0)
            monkeypatch.setattr("edu_common.auth.access_tokens.KEY_SET_RETRY_SECONDS", 0)
            keys = KeySet(url)
            await keys.key(KEY_ID)
            source.answering.clear()
            started = time.perf_counter()
            await asyncio.gather(*(keys.key(KEY_ID) for _ in range(5)))
            assert time.perf_counter() - started < 1
            source.answering.set()

    @pytest.mark.parametrize("keys", [[{}], [{"kid": "a", "kty": "oct", "k": "AA"}], ["text"], "text", None])
    async def test_nonsense_leaves_the_known_keys(
        self, signer: Signer, monkeypatch: pytest.MonkeyPatch, keys: Any
    ) -> None:
        monkeypatch.setattr("edu_common.auth.access_tokens.KEY_SET_RETRY_SECONDS", 0)
        source = KeyServer()
        source.keys = signer.document()["keys"]
        server, url = await source.start()
        async with server:
            known = KeySet(url)
            await known.key(KEY_ID)
            source.keys = keys
            with pytest.raises(Unauthenticated):
                await known.key("unknown")
            assert (await known.key(KEY_ID)).key_id == KEY_ID


def service_claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a valid service token; a change to None leaves the claim out."""
    now = int(time.time())
    usual = {"iss": "payment", "aud": "enrollment", "iat": now, "exp": now + 60}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def signed_by(service: str, claims: dict[str, Any], **headers: Any) -> str:
    """Return a token signed with a service's own key, with any claims."""
    key = PyJWK.from_json(RING.private_key(service))
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"typ": TOKEN_TYPE, "kid": key.key_id, **headers})


def public_key_as_secret() -> str:
    """Return the result of the classic algorithm confusion: payment's public key used as a shared secret."""
    public = json.loads(RING.public_keys())["payment"][0]
    signed = unsigned({"alg": "HS256", "typ": TOKEN_TYPE, "kid": public["kid"]}, service_claims()).rpartition(".")[0]
    return f"{signed}.{base64url(hmac.digest(public['x'].encode(), signed.encode(), 'sha256'))}"


class TestServiceTokens:
    @pytest.mark.parametrize(
        "token",
        [
            tokens_of("payment").issue(audience="course"),
            tokens_of("payment", KeyRing.new(RING.keys)).issue(audience="enrollment"),
            tokens_of("payment", RING.rotated().rotated()).issue(audience="enrollment"),
            signed_by("course", service_claims()),
            signed_by("course", service_claims(), kid=PyJWK.from_json(RING.private_key("payment")).key_id),
            signed_by("payment", service_claims(iss="root")),
            signed_by("payment", service_claims(iss=None)),
            signed_by("payment", service_claims(aud=None)),
            signed_by("payment", service_claims(exp=None)),
            signed_by("payment", service_claims(iat=1, exp=61)),
            signed_by("payment", service_claims(), typ="JWT"),
            signed_by("payment", service_claims(), kid="unknown"),
            signed_by("payment", service_claims(), kid=""),
            unsigned({"alg": "EdDSA", "typ": TOKEN_TYPE}, service_claims()),
            unsigned({"alg": "EdDSA", "typ": TOKEN_TYPE, "kid": [1]}, service_claims()),
            unsigned({"alg": "none", "typ": TOKEN_TYPE}, service_claims()),
            unsigned(
                {"alg": "none", "typ": TOKEN_TYPE, "kid": PyJWK.from_json(RING.private_key("payment")).key_id},
                service_claims(),
            ),
            public_key_as_secret(),
            jwt.encode(service_claims(), "x" * 32, algorithm="HS256", headers={"typ": TOKEN_TYPE}),
            "garbage",
            f"{base64url(b'[' * 20_000)}.e30.AA",
            "a" * 30_000,
        ],
        ids=[
            *(
                "other audience",
                "another platform's",
                "two rotations ahead",
                "course as payment",
                "course as payment's",
            ),
            *("unknown issuer", "no issuer", "no audience", "no expiry", "expired", "other type", "unknown key"),
            *("empty key id", "no key id", "key id no text", "none", "none with key id", "public key as secret"),
            *("shared secret", "garbage", "deep", "huge"),
        ],
    )
    async def test_forgeries_are_rejected(self, client: httpx2.AsyncClient, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        response = await client.post("/internal/events", json=[], headers=headers)
        assert response.status_code == 401, response.text

    @pytest.mark.parametrize("role", ["student", "admin"])
    async def test_a_users_token_is_none(self, client: httpx2.AsyncClient, signer: Signer, role: Any) -> None:
        response = await client.post("/internal/events", json=[], headers=signer.headers(role=role))
        assert response.status_code == 401

    async def test_a_good_one(self, client: httpx2.AsyncClient) -> None:
        for token in (tokens_of("payment").issue("enrollment"), signed_by("payment", service_claims())):
            headers = {"Authorization": f"Bearer {token}"}
            response = await client.post("/internal/events", json=[], headers=headers)
            assert response.json() == {"accepted": [], "failed": {}}

    def test_one_is_good_for_some_time_yet(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tokens = tokens_of("payment")
        for second in range(0, 130, 7):
            now = 1_800_000_000 + second
            monkeypatch.setattr(time, "time", lambda now=now: now)
            payload = jwt.decode(tokens.issue("course"), options={"verify_signature": False})
            assert now + 20 <= payload["exp"] <= now + 60

    def test_a_remembered_one_expires(self, monkeypatch: pytest.MonkeyPatch) -> None:
        token, receiver = tokens_of("payment").issue("enrollment"), tokens_of("enrollment")
        for _ in range(2):
            assert receiver.verify(token) == "payment"
        later = time.time() + 70
        monkeypatch.setattr(time, "time", lambda: later)
        with pytest.raises(Unauthenticated):
            receiver.verify(token)

    def test_a_seal_opens_no_endpoint(self) -> None:
        seal = tokens_of("payment").seal("enrollment", "batch", b"")
        with pytest.raises(Unauthenticated):
            tokens_of("enrollment").verify(seal)


class TestKeyRing:
    def test_services_of_neighbouring_generations_accept_each_other(self) -> None:
        before, after = RING, RING.rotated()
        for ring, other in ((before, after), (after, before), (after, after.rotated())):
            assert tokens_of("course", other).verify(tokens_of("payment", ring).issue("course")) == "payment"

    def test_a_key_is_accepted_until_the_second_rotation(self) -> None:
        token = tokens_of("payment").issue("course")
        with pytest.raises(Unauthenticated):
            tokens_of("course", RING.rotated().rotated()).verify(token)

    def test_no_private_key_is_shared(self) -> None:
        private = [RING.private_key(service) for service in RING.keys]
        assert len(set(private)) == len(private)
        assert not any(json.loads(key)["d"] in RING.public_keys() for key in private)

    @pytest.mark.parametrize(
        "text", ["", "{}", "[]", '"key"', '{"kty": "OKP", "crv": "Ed25519", "kid": "a"}', "not a key"]
    )
    def test_a_faulty_key_is_named(self, receiver_settings: Callable[..., ServiceSettings], text: str) -> None:
        with pytest.raises(ValidationError, match="service_private_key"):
            receiver_settings(service_private_key=text)
        public = json.dumps(json.loads(RING.public_keys())["payment"][0])
        with pytest.raises(ValidationError, match="no private part"):
            receiver_settings(service_private_key=public)
        for faulty in ("not a key", "[]", '{"payment": [{}]}', '{"payment": 1}'):
            with pytest.raises(ValidationError, match="service_public_keys"):
                receiver_settings(service_public_keys=faulty)


class TestCallers:
    """Events may be delivered only by services that this one subscribes to, each only its own."""

    @pytest.mark.parametrize("service", ["course", "notification", "enrollment"])
    async def test_a_service_of_which_nothing_is_taken(self, client: httpx2.AsyncClient, service: str) -> None:
        headers = service_call(service, audience="enrollment")
        response = await client.post("/internal/events", json=[], headers=headers)
        assert (response.status_code, response.json()["code"]) == (403, "caller_rejected")

    @pytest.mark.parametrize("source", ["payment", "course", ""])
    async def test_an_event_of_another_source(self, client: httpx2.AsyncClient, source: str) -> None:
        """Identity's key, with an event that only payment may publish."""
        event = Event(
            id=new_id(), source=source, type=COUNTED, subject=new_id(), time=utc_now(), data={"number": 1}
        ).model_dump(mode="json")
        headers = service_call("identity", audience="enrollment")
        response = await client.post("/internal/events", json=[event], headers=headers)
        assert (response.status_code, response.json()["code"]) == (403, "foreign_event")
        response = await client.post("/internal/events", json=[{**event, "source": "identity"}], headers=headers)
        assert response.json() == {"accepted": [], "failed": {event["id"]: "KeyError"}}
