"""The identity service's application."""

from edu_common.web.app import create_app
from fastapi import FastAPI

import edu_identity
from edu_identity.runtime import IdentityRuntime
from edu_identity.settings import IdentitySettings


def create(settings: IdentitySettings) -> FastAPI:
    return create_app(IdentityRuntime(settings), description=edu_identity.__doc__ or "", routers=[])
