"""`python -m edu_identity serve` and `python -m edu_identity migrate`."""

from edu_common.web.server import main

from edu_identity.app import create
from edu_identity.settings import IdentitySettings

main("edu_identity", IdentitySettings, create)
