"""Codes of certificates: 80 random bits in Crockford's base 32, such as `7K3M-9QXW-2TJ0-ZV5C`."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})
WELL_FORMED = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_code() -> str:
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def read_code(typed: str) -> str | None:
    """Return the code that was typed, in any case and grouping and with O for 0, or None for an invalid one."""
    characters = typed.upper().translate(MISREAD)
    return _grouped(characters) if WELL_FORMED.fullmatch(characters) else None


def _grouped(characters: str) -> str:
    return "-".join(characters[start : start + GROUP] for start in range(0, LENGTH, GROUP))
