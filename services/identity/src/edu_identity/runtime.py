"""The parts of the running identity service."""

from edu_common.runtime import Runtime

from edu_identity.events import ROUTES
from edu_identity.settings import IdentitySettings


class IdentityRuntime(Runtime):
    def __init__(self, settings: IdentitySettings) -> None:
        super().__init__("edu_identity", settings, ROUTES, handlers={})
