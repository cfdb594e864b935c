"""The one password of all demonstration accounts."""

from argon2.low_level import Type, hash_secret

PASSWORD = "password123"  # noqa: S105 - known to everybody, for demonstration data only
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1


def password_hash(seed: int) -> str:
    """Return an Argon2id hash as identity makes it, with a salt that depends only on the seed."""
    salt = seed.to_bytes(16, "big")
    encoded = hash_secret(
        PASSWORD.encode(), salt, time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, type=Type.ID
    )
    return encoded.decode()
