"""Users."""

import numpy as np

from edu_seed import texts
from edu_seed.content import LANGUAGES
from edu_seed.copy_format import (
    FALSE,
    NULL,
    TRUE,
    Pieces,
    choices,
    constant,
    fixed,
    flags,
    optional_text,
    rows,
    text,
    timestamps,
)
from edu_seed.copy_format import texts as text_column
from edu_seed.people import ADMIN_EMAIL, ADMIN_NAME, fields
from edu_seed.tables.table import Block, Table, Units
from edu_seed.world import World

REJECTED_OF = 5
"""Every fifth application was rejected, the others are pending."""


def users(world: World, number: int, units: Units) -> Block:
    people, count = world.people, units.stop - units.start
    chosen = texts.choosers(world.rng("identity.users", number), count)
    about = [_about(world, user, chooser) for user, chooser in zip(range(units.start, units.stop), chosen, strict=True)]
    email = emails(units)
    joined = fixed(timestamps(world.joined[units]))
    data = rows(
        15,
        fixed(world.user_ids[units]),
        email,
        email,
        constant(text(world.password_hash), count),
        joined,
        text_column(people.names[units]),
        roles(world, units),
        [text(bio) for bio, _, _ in about],
        locales(world, units),
        constant(TRUE, count),
        flags(people.verified[units]),
        constant(TRUE, count),
        [optional_text(application) for _, application, _ in about],
        [optional_text(reason) for _, _, reason in about],
        joined,
    )
    return Block(count, data)


def emails(units: Units) -> Pieces:
    return text_column(f"user{user}@example.com" for user in range(units.start, units.stop))


def roles(world: World, units: Units) -> Pieces:
    return text_column(
        "teacher" if user < world.people.teachers else "student" for user in range(units.start, units.stop)
    )


def locales(world: World, units: Units) -> Pieces:
    return choices(world.people.russian[units].astype(np.int64), map(text, LANGUAGES))


def admin(world: World, number: int, units: Units) -> Block:
    email, joined = text(ADMIN_EMAIL), fixed(timestamps(world.joined[-1:]))
    data = rows(
        15,
        fixed(world.user_ids[-1:]),
        [email],
        [email],
        [text(world.password_hash)],
        joined,
        [text(ADMIN_NAME)],
        [text("admin")],
        [text("")],
        [text("en")],
        [TRUE],
        [FALSE],
        [TRUE],
        [NULL],
        [NULL],
        joined,
    )
    return Block(1, data)


def _about(world: World, user: int, chooser: texts.Chooser) -> tuple[str, str | None, str | None]:
    """Yield biography, application and the reason of its rejection; only teachers have any of them."""
    people = world.people
    if user >= people.teachers:
        return "", None, None
    language = "ru" if people.russian[user] else "en"
    phrases = world.phrases[language]
    field = fields(world.content, "en")[int(people.fields[user])]
    biography = texts.bio(field, phrases, chooser)
    if people.verified[user]:
        return biography, None, None
    bank = chooser.pick(
        [bank for (code, _), bank in world.content.banks.items() if (code, bank.field) == (language, field)]
    )
    application = texts.application(field, chooser.pick(bank.themes[0].topics), phrases, chooser)
    rejection = chooser.pick(phrases["teachers"]["rejections"]) if chooser.below(REJECTED_OF) == 0 else None
    return biography, application, rejection


USER_COLUMNS = (
    "id",
    "email",
    "email_key",
    "password_hash",
    "password_changed_at",
    "name",
    "role",
    "bio",
    "locale",
    "is_active",
    "is_verified",
    "email_verified",
    "application",
    "rejection_reason",
    "created_at",
)
TABLES = (Table("identity", "users", USER_COLUMNS, lambda world: world.size.users, users),)
ADMIN = Table("identity", "users", USER_COLUMNS, lambda _: 1, admin)
