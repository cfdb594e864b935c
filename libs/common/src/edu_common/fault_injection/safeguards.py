"""Safeguards that a test may switch off, to prove that it would notice their loss.

FAULT_DISABLE names them; the process refuses to start with it unless FAULT_CONSENT says in words what is wanted, and
never starts with it on Kubernetes.
"""

import os
from collections.abc import Mapping
from enum import StrEnum

from edu_common.settings import Misconfigured

CONSENT = "lose and double what users do"


class Safeguard(StrEnum):
    INBOX = "inbox"
    """Events are not remembered: a repeated one is applied again."""
    IDEMPOTENCY = "idempotency"
    """A repeated purchase is not recognised by its key: it is another one.

    What then still keeps it from being charged is that the database takes one payment a student and course.
    """


def read_disabled(environment: Mapping[str, str]) -> frozenset[Safeguard]:
    """What is switched off; raises `Misconfigured` unless that is asked for in so many words."""
    names = [name for name in environment.get("FAULT_DISABLE", "").split(",") if name]
    if not names:
        return frozenset()
    if "KUBERNETES_SERVICE_HOST" in environment:
        raise Misconfigured("FAULT_DISABLE switches safeguards off and is refused on Kubernetes. Remove it.")
    if environment.get("FAULT_CONSENT") != CONSENT:
        raise Misconfigured("FAULT_DISABLE switches safeguards off, which only tests may do. Remove it.")
    return frozenset(map(Safeguard, names))


def consented(safeguards: list[Safeguard]) -> dict[str, str]:
    """The environment of a process that runs without these safeguards."""
    return {"FAULT_DISABLE": ",".join(safeguards), "FAULT_CONSENT": CONSENT} if safeguards else {}


_disabled = read_disabled(os.environ)


def disabled(safeguard: Safeguard) -> bool:
    return safeguard in _disabled
