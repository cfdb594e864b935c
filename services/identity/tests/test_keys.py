"""The signing keys and what the service publishes of them."""

from pathlib import Path

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from edu_common.auth.access_tokens import AUDIENCE, AccessTokens, KeySet
from edu_common.ids import new_id
from edu_common.settings import Misconfigured
from edu_identity.models import User
from edu_identity.signing_keys import SigningKeys
from edu_identity.tokens import access_token

from .conftest import Person, new_key, pem


def public_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def user() -> User:
    return User(id=new_id(), role="student", is_verified=False, email_verified=False, name="Ada")


class TestSigningKeys:
    @pytest.mark.parametrize(
        "content", [None, b"", b"no key", b"-----BEGIN EC PRIVATE KEY-----\nx\n-----END EC PRIVATE KEY-----"]
    )
    def test_refuses_a_file_without_a_key(self, tmp_path: Path, content: bytes | None) -> None:
        path = tmp_path / "jwt.pem"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Misconfigured, match="JWT_PRIVATE_KEY_FILE"):
            SigningKeys.load(path)

    def test_refuses_to_do_without(self) -> None:
        with pytest.raises(Misconfigured, match="JWT_PRIVATE_KEY_FILE is not set"):
            SigningKeys.load(None)

    @pytest.mark.parametrize(
        "key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)], ids=["P-384", "RSA"]
    )
    def test_refuses_other_kinds_of_keys(
        self, tmp_path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    ) -> None:
        path = tmp_path / "jwt.pem"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with pytest.raises(Misconfigured, match="P-256"):
            SigningKeys.load(path)

    def test_refuses_a_public_key_in_first_place(self, tmp_path: Path) -> None:
        path = tmp_path / "jwt.pem"
        path.write_bytes(public_pem(new_key()))
        with pytest.raises(Misconfigured, match="private key"):
            SigningKeys.load(path)

    @pytest.mark.parametrize("kept", [pem, public_pem])
    async def test_rotation_keeps_older_tokens_good(self, tmp_path: Path, user: User, kept: object) -> None:
        old, new = new_key(), new_key()
        path = tmp_path / "jwt.pem"
        path.write_bytes(pem(old))
        token = access_token(SigningKeys.load(path), user, new_id())
        path.write_bytes(pem(new) + (pem if kept is pem else public_pem)(old))
        rotated = SigningKeys.load(path)
        tokens = AccessTokens(KeySet.of(rotated.document()))
        assert (await tokens.verify(token)).user_id == user.id
        newer = access_token(rotated, user, new_id())
        assert (await tokens.verify(newer)).user_id == user.id
        assert jwt.get_unverified_header(newer)["kid"] != jwt.get_unverified_header(token)["kid"]


class TestKeySet:
    async def test_checks_the_tokens_that_are_given_out(self, client: httpx2.AsyncClient, student: Person) -> None:
        for path in ("/.well-known/jwks.json", "/api/identity/.well-known/jwks.json"):
            response = await client.get(path)
            assert response.headers["cache-control"] == "public, max-age=300"
            (key,) = response.json()["keys"]
            assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
            token = student.tokens["access_token"]
            assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": key["kid"], "typ": "JWT"}
            claims = jwt.decode(token, jwt.PyJWK(key), algorithms=["ES256"], audience=AUDIENCE)
            assert claims["exp"] - claims["iat"] == 900
