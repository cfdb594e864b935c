"""`python -m edu_identity serve` and `python -m edu_identity migrate`."""

from edu_common.cli import main
from edu_identity.settings import IdentitySettings

main("edu_identity", IdentitySettings, "edu_identity.app:create")
