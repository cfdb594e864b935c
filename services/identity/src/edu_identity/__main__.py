"""`python -m edu_identity serve` and `python -m edu_identity migrate`."""

import sys

from fastapi import FastAPI

from edu_common.web.server import main
from edu_identity.app import create
from edu_identity.settings import IdentitySettings, Misconfigured


def create_or_exit(settings: IdentitySettings) -> FastAPI:
    try:
        return create(settings)
    except Misconfigured as fault:
        sys.exit(str(fault))


main("edu_identity", IdentitySettings, create_or_exit)
