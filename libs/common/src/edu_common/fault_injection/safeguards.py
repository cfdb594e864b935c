"""Safeguards that a test may disable, to prove that it would detect their loss.

FAULT_DISABLE names them. The process does not start with it unless FAULT_CONSENT spells out that this is intended, and
never on Kubernetes.
"""

import os
from collections.abc import Mapping
from enum import StrEnum

from edu_common.settings import Misconfigured

CONSENT = "lose and double what users do"


class Safeguard(StrEnum):
    INBOX = "inbox"
    """Events are not recorded: a redelivered one is applied again."""
    IDEMPOTENCY = "idempotency"
    """A repeated purchase is not recognised by its idempotency key: it counts as another one."""


def read_disabled(environment: Mapping[str, str]) -> frozenset[Safeguard]:
    """Return the disabled safeguards; raise `Misconfigured` unless FAULT_CONSENT confirms them."""
    names = [name for name in environment.get("FAULT_DISABLE", "").split(",") if name]
    if not names:
        return frozenset()
    if "KUBERNETES_SERVICE_HOST" in environment:
        raise Misconfigured("FAULT_DISABLE switches safeguards off and is refused on Kubernetes. Remove it.")
    if environment.get("FAULT_CONSENT") != CONSENT:
        raise Misconfigured("FAULT_DISABLE switches safeguards off, which only tests may do. Remove it.")
    return frozenset(map(Safeguard, names))


def consented(safeguards: list[Safeguard]) -> dict[str, str]:
    """Return the environment of a process that runs without these safeguards."""
    return {"FAULT_DISABLE": ",".join(safeguards), "FAULT_CONSENT": CONSENT} if safeguards else {}


_disabled = read_disabled(os.environ)


def disabled(safeguard: Safeguard) -> bool:
    return safeguard in _disabled
