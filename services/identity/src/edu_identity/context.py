"""The components of the running identity service."""

from typing import Annotated, cast

from fastapi import Depends, Request

from edu_common.auth.access_tokens import AccessTokens, KeySet
from edu_common.context import ServiceContext
from edu_identity.hashing import PasswordHasher
from edu_identity.publishers import ROUTES
from edu_identity.settings import IdentitySettings
from edu_identity.signing_keys import SigningKeys
from edu_identity.tokens import RefreshChain


class IdentityContext(ServiceContext):
    def __init__(self, settings: IdentitySettings) -> None:
        super().__init__("edu_identity", settings, ROUTES, subscriptions={})
        self.keys = SigningKeys.load(settings.jwt_private_key_file)
        self.access_tokens = AccessTokens(KeySet.of(self.keys.document()))
        self.passwords = PasswordHasher(settings.service, settings.password_queue_seconds)
        self.refresh_chain = RefreshChain(settings.service_private_key)

    async def close(self) -> None:
        self.passwords.close()
        await super().close()


async def _runtime(request: Request) -> IdentityContext:
    return cast("IdentityContext", request.app.state.runtime)


App = Annotated[IdentityContext, Depends(_runtime)]
