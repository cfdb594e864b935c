"""The catalogue: courses, modules, lessons, reviews."""

from decimal import Decimal

import numpy as np

from edu_seed import texts
from edu_seed.copy_format import (
    FALSE,
    Pieces,
    big_integers,
    choices,
    constant,
    fixed,
    flags,
    integers,
    nullable,
    numeric,
    optional_text,
    picked,
    rows,
    small_integers,
    text,
    text_array,
    timestamps,
)
from edu_seed.copy_format import texts as text_column
from edu_seed.courses import DRAFT, PRICES, STATUSES
from edu_seed.learning import REVOKED
from edu_seed.rng import Ints, listed
from edu_seed.tables.table import Block, Table, Units
from edu_seed.titles import LEVELS
from edu_seed.world import World

CURRENCY = text("USD")
MONEY = [numeric(Decimal(str(price))) for price in PRICES]
UNTAUGHT_MINUTES = range(45, 720)
"""Minutes that teachers estimate for a course without lessons."""
PREVIEWS = 2
"""Number of lessons of the first module that are free for all."""


def courses(world: World, number: int, units: Units) -> Block:
    source, totals, count = world.courses, world.totals, units.stop - units.start
    rng = world.rng("course.courses", number)
    chosen = texts.choosers(rng, count)
    planned = rng.integers(UNTAUGHT_MINUTES.start, UNTAUGHT_MINUTES.stop, count)
    minutes = np.where(totals.lessons[units] > 0, totals.minutes[units], planned)
    status = source.status[units]
    free = source.free[units]
    data = rows(
        24,
        fixed(world.course_ids[units], world.user_ids[source.teacher[units]]),
        picked(world.people.names, source.teacher[units]),
        *_words(world, units, chosen),
        flags(free),
        nullable(choices(source.price[units], MONEY), ~free),
        constant(CURRENCY, count),
        fixed(integers(minutes)),
        choices(source.level[units], map(text, LEVELS)),
        choices(status, map(text, STATUSES)),
        [text_array(texts.tags(bank, chooser)) for bank, chooser in zip(source.banks[units], chosen, strict=True)],
        fixed(
            big_integers(totals.rating_sum[units]),
            integers(totals.reviews[units]),
            integers(totals.enrollments[units]),
            integers(totals.lessons[units]),
            integers(np.ones(count, dtype=np.int64)),
            timestamps(source.created[units]),
            timestamps(source.updated[units]),
        ),
        nullable(fixed(timestamps(source.published[units])), status != DRAFT),
    )
    return Block(count, data)


def _words(world: World, units: Units, chosen: list[texts.Chooser]) -> list[Pieces]:
    """Yield title, slug, subtitle, description, category, language."""
    source, scripts = world.courses, world.curricula.scripts
    banks, titles = source.banks[units], source.titles[units]
    phrases = [world.phrases[bank.language] for bank in banks]
    subtitles, descriptions = zip(
        *(
            (
                texts.subtitle(bank, title, words, chooser),
                texts.description(
                    bank,
                    title,
                    int(source.level[course]),
                    [scripts[module].title for module in world.curricula.modules_of(course)],
                    words,
                    chooser,
                ),
            )
            for course, bank, title, words, chooser in zip(
                range(units.start, units.stop), banks, titles, phrases, chosen, strict=True
            )
        ),
        strict=True,
    )
    return [
        text_column(title.text for title in titles),
        text_column(source.slugs[units]),
        text_column(subtitles),
        text_column(descriptions),
        text_column(bank.slug for bank in banks),
        text_column(bank.language for bank in banks),
    ]


def modules(world: World, number: int, units: Units) -> Block:
    source, count = world.curricula, units.stop - units.start
    course = source.module_course[units]
    made = timestamps(world.courses.created[course])
    data = rows(
        7,
        fixed(world.module_ids[units], world.course_ids[course]),
        text_column(script.title for script in source.scripts[units]),
        fixed(integers(source.module_position[units] + 1), integers(np.ones(count, dtype=np.int64)), made, made),
    )
    return Block(count, data)


def lessons(world: World, number: int, units: Units) -> Block:
    source, count = world.curricula, units.stop - units.start
    module = source.lesson_module[units]
    position = source.lesson_position[units]
    course = source.module_course[module]
    entries = [
        source.scripts[module].entries[place] for module, place in zip(listed(module), listed(position), strict=True)
    ]
    made = timestamps(world.courses.created[course])
    preview = (source.module_position[module] == 0) & (position < PREVIEWS)
    data = rows(
        12,
        fixed(world.lesson_ids[units], world.module_ids[module], world.course_ids[course]),
        text_column(entry.title for entry in entries),
        text_column(entry.content for entry in entries),
        [optional_text(entry.video) for entry in entries],
        fixed(integers(np.array([entry.minutes for entry in entries])), integers(position + 1)),
        flags(preview),
        fixed(integers(np.ones(count, dtype=np.int64)), made, made),
    )
    return Block(count, data)


def reviews(world: World, number: int, units: Units) -> Block:
    source, count = world.reviews, units.stop - units.start
    enrollment = source.enrollment[units]
    student, course = world.learning.student[enrollment], world.learning.course[enrollment]
    rating = source.rating[units]
    made = timestamps(source.created[units])
    data = rows(
        9,
        fixed(world.review_ids[units], world.course_ids[course], world.user_ids[student]),
        picked(world.people.names, student),
        fixed(small_integers(rating)),
        text_column(_comments(world, number, course, rating)),
        constant(FALSE, count),
        fixed(made, made),
    )
    return Block(count, data)


def _comments(world: World, number: int, course: Ints, rating: Ints) -> list[str]:
    source, names = world.courses, world.people.names
    chosen = texts.choosers(world.rng("course.reviews", number), len(course))
    return [
        texts.comment(stars, source.banks[k], source.titles[k], names[int(source.teacher[k])], world.phrases, chooser)
        for k, stars, chooser in zip(listed(course), listed(rating), chosen, strict=True)
    ]


def verified_teachers(world: World, number: int, units: Units) -> Block:
    ids = world.user_ids[:-1][world.people.verified][units]
    return Block(len(ids), rows(1, fixed(ids)))


def revoked_enrollments(world: World, number: int, units: Units) -> Block:
    source = world.learning
    enrollment = np.flatnonzero(source.status == REVOKED)[units]
    keys = fixed(world.user_ids[source.student[enrollment]], world.course_ids[source.course[enrollment]])
    return Block(len(enrollment), rows(2, keys))


TABLES = (
    Table(
        "course",
        "courses",
        (
            *("id", "teacher_id", "teacher_name", "title", "slug", "subtitle", "description", "category", "language"),
            *("is_free", "price", "currency", "duration_minutes", "level", "status", "tags", "rating_sum"),
            *("review_count", "enrollment_count", "lesson_count", "version", "created_at", "updated_at"),
            "published_at",
        ),
        lambda world: world.size.courses,
        courses,
        block_units=4_000,
    ),
    Table(
        "course",
        "modules",
        ("id", "course_id", "title", "position", "version", "created_at", "updated_at"),
        lambda world: len(world.module_ids),
        modules,
        block_units=20_000,
    ),
    Table(
        "course",
        "lessons",
        (
            *("id", "module_id", "course_id", "title", "content", "video_url", "duration_minutes", "position"),
            *("is_preview", "version", "created_at", "updated_at"),
        ),
        lambda world: len(world.lesson_ids),
        lessons,
        block_units=10_000,
    ),
    Table(
        "course",
        "reviews",
        (
            *("id", "course_id", "student_id", "author_name", "rating", "comment", "hidden"),
            *("created_at", "updated_at"),
        ),
        lambda world: world.size.reviews,
        reviews,
        block_units=10_000,
    ),
    Table(
        "course",
        "revoked_enrollments",
        ("student_id", "course_id"),
        lambda world: int((world.learning.status == REVOKED).sum()),
        revoked_enrollments,
        block_units=20_000,
    ),
    Table(
        "course",
        "verified_teachers",
        ("user_id",),
        lambda world: int(world.people.verified.sum()),
        verified_teachers,
        block_units=20_000,
    ),
)
