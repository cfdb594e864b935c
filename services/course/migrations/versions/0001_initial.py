"""First release's tables."""

import csv
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from edu_common.events.schema import create_tables

revision = "0001"
down_revision = None

CATEGORIES = Path(__file__).parents[1] / "categories.csv"
TIME = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
NOT_HIDDEN = sa.text("NOT hidden")
PUBLISHED = sa.text("status = 'published'")
GIN: dict[str, Any] = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}


def upgrade() -> None:
    create_tables()
    create_categories()
    create_search_functions()
    create_courses()
    put_long_texts_aside()
    create_catalogue_indexes()
    create_search_words()
    create_modules()
    create_lessons()
    create_reviews()
    create_users()


def create_categories() -> None:
    table = op.create_table(
        "categories",
        sa.Column("slug", sa.Text),
        sa.Column("parent_slug", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_ru", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_categories"),
        sa.ForeignKeyConstraint(["parent_slug"], ["categories.slug"], name="fk_categories_parent_slug_categories"),
    )
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = [
            {**row, "parent_slug": row["parent_slug"] or None, "position": position}
            for position, row in enumerate(csv.DictReader(file), 1)
        ]
    op.bulk_insert(table, rows)


def create_courses() -> None:
    op.create_table(
        "courses",
        # What courses are found, filtered and sorted by comes first: Postgres walks over a row from its beginning.
        sa.Column("id", sa.Uuid),
        sa.Column("teacher_id", sa.Uuid, nullable=False),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("updated_at", TIME, nullable=False, server_default=NOW),
        sa.Column("rating_sum", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("review_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("enrollment_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lesson_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("duration_minutes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("is_free", sa.Boolean, nullable=False),
        sa.Column("published_at", TIME),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column(
            "avg_rating",
            sa.Numeric(3, 2),
            sa.Computed("coalesce(round(rating_sum::numeric / nullif(review_count, 0), 2), 0)", persisted=True),
            nullable=False,
        ),
        sa.Column("status", sa.Text, nullable=False, server_default="draft"),
        sa.Column("level", sa.Text, nullable=False, server_default="beginner"),
        sa.Column("language", sa.Text, nullable=False, server_default="en"),
        sa.Column("category", sa.Text),
        sa.Column(
            "search",
            postgresql.TSVECTOR,
            sa.Computed("search_vector(title, subtitle, tags, description)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "title_words", postgresql.TSVECTOR, sa.Computed("title_vector(title)", persisted=True), nullable=False
        ),
        sa.Column("tags", postgresql.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("subtitle", sa.Text, nullable=False, server_default=""),
        sa.Column("teacher_name", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False, server_default="USD"),
        sa.Column("cover_url", sa.Text),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
        sa.UniqueConstraint("slug", name="uq_courses_slug"),
        sa.ForeignKeyConstraint(["category"], ["categories.slug"], name="fk_courses_category_categories"),
        sa.CheckConstraint("status IN ('draft', 'published', 'archived')", name="ck_courses_status"),
        sa.CheckConstraint("level IN ('beginner', 'intermediate', 'advanced')", name="ck_courses_level"),
        sa.CheckConstraint("is_free = (price IS NULL)", name="ck_courses_price_unless_free"),
        sa.CheckConstraint("price BETWEEN 0.50 AND 10000", name="ck_courses_price_range"),
        sa.CheckConstraint(
            "duration_minutes >= 0 AND rating_sum >= 0 AND review_count >= 0 AND enrollment_count >= 0"
            " AND lesson_count >= 0",
            name="ck_courses_counts",
        ),
        sa.CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="ck_courses_published_at"),
    )
    op.create_index("ix_courses_teacher_id_created_at_id", "courses", ["teacher_id", "created_at", "id"])


def put_long_texts_aside() -> None:
    # Long texts lie beside the rows, so that lists, counts and searches walk over narrow ones.
    op.execute("ALTER TABLE courses SET (toast_tuple_target = 700)")
    op.execute("ALTER TABLE courses ALTER COLUMN description SET STORAGE EXTERNAL")


def create_search_functions() -> None:
    """What search takes for words, the same for courses and for questions.

    The configuration `russian` stems words in Latin letters as English ones. Punctuation is taken out before,
    since the parser would see hosts and files in "node.js" and "and/or". The collation is named, so that it does
    not depend on the database's whether Cyrillic letters are letters.
    """
    op.execute("""
        CREATE FUNCTION search_text(source text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN regexp_replace(replace(lower(source COLLATE "pg_c_utf8"), 'ё', 'е'), '[^[:alnum:]]+', ' ', 'g')
    """)
    op.execute("""
        CREATE FUNCTION title_vector(title text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN strip(to_tsvector('pg_catalog.russian', search_text(title)))
    """)
    op.execute("""
        CREATE FUNCTION search_vector(title text, subtitle text, tags text[], description text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN setweight(to_tsvector('pg_catalog.russian', search_text(title)), 'A')
            || setweight(
                to_tsvector('pg_catalog.russian', search_text(subtitle || ' ' || array_to_string(tags, ' '))), 'B'
            )
            || strip(to_tsvector('pg_catalog.russian', search_text(description)))
    """)
    op.execute("""
        CREATE FUNCTION folded_tags(tags text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN (SELECT coalesce(array_agg(lower(tag COLLATE "pg_c_utf8")), '{}') FROM unnest(tags) tag)
    """)


def create_catalogue_indexes() -> None:
    orders = {
        "newest": ["published_at", "id"],
        "popular": ["enrollment_count", "id"],
        "rating": ["avg_rating", "review_count", "id"],
        "price": [sa.text("coalesce(price, 0)"), "id"],
        "facets": ["category", "level", "language", "is_free", "avg_rating"],
    }
    for name, columns in orders.items():
        op.create_index(f"ix_courses_{name}", "courses", columns, postgresql_where=PUBLISHED)
    words: dict[str, Any] = {
        "search": "search",
        "title_words": "title_words",
        "tags": sa.text("folded_tags(tags)"),
    }
    for name, column in words.items():
        op.create_index(f"ix_courses_{name}", "courses", [column], postgresql_where=PUBLISHED, **GIN)


def create_search_words() -> None:
    """The words of all courses, kept by a trigger. A bulk load disables it and calls `rebuild_search_words()`.

    That one takes texts apart at spaces first and looks only at the different pieces, which are few.
    """
    op.execute("""
        CREATE FUNCTION word_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN (tsvector_to_array(to_tsvector('pg_catalog.russian', word)))[1]
    """)
    op.execute("""
        CREATE FUNCTION word_trigrams(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN (
            SELECT array_agg(DISTINCT substr('  ' || word || ' ', place, 3))
            FROM generate_series(1, length(word) + 1) place
        )
    """)
    op.execute("""
        CREATE FUNCTION words_vector(title text, subtitle text, tags text[], description text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN to_tsvector(
            'pg_catalog.simple',
            search_text(concat_ws(' ', title, subtitle, array_to_string(tags, ' '), description))
        )
    """)
    op.execute("""
        CREATE FUNCTION is_search_word(word text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN length(word) BETWEEN 3 AND 40 AND word !~ '[0-9]'
    """)
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(collation="C")),
        sa.Column("stem", sa.Text, sa.Computed("word_stem(word)", persisted=True)),
        sa.Column(
            "trigrams", postgresql.ARRAY(sa.Text), sa.Computed("word_trigrams(word)", persisted=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("word", name="pk_search_words"),
    )
    op.create_index("ix_search_words_trigrams", "search_words", ["trigrams"], **GIN)
    # In order, so that two courses with the same new words wait for each other and never in a circle.
    op.execute("""
        CREATE FUNCTION learn_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO search_words (word)
            SELECT word
            FROM unnest(tsvector_to_array(words_vector(NEW.title, NEW.subtitle, NEW.tags, NEW.description))) word
            WHERE is_search_word(word) ORDER BY word COLLATE "C" ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER learn_search_words AFTER INSERT OR UPDATE OF title, subtitle, tags, description ON courses
        FOR EACH ROW EXECUTE FUNCTION learn_search_words()
    """)
    op.execute("""
        CREATE FUNCTION rebuild_search_words() RETURNS void LANGUAGE sql
        BEGIN ATOMIC
            DELETE FROM search_words;
            INSERT INTO search_words (word)
            SELECT DISTINCT word COLLATE "C"
            FROM (
                SELECT DISTINCT piece
                FROM courses,
                    string_to_table(concat_ws(' ', title, subtitle, array_to_string(tags, ' '), description), ' ') piece
            ) pieces, string_to_table(search_text(piece), ' ') word
            WHERE is_search_word(word) ORDER BY 1;
        END
    """)


def create_modules() -> None:
    op.create_table(
        "modules",
        sa.Column("id", sa.Uuid),
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("updated_at", TIME, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_modules"),
        sa.UniqueConstraint("id", "course_id", name="uq_modules_id_course_id"),
        sa.UniqueConstraint(
            "course_id", "position", name="uq_modules_course_id_position", deferrable=True, initially="DEFERRED"
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_modules_course_id_courses", ondelete="CASCADE"),
        sa.CheckConstraint("position >= 1", name="ck_modules_position"),
    )


def create_lessons() -> None:
    op.create_table(
        "lessons",
        sa.Column("id", sa.Uuid),
        sa.Column("module_id", sa.Uuid, nullable=False),
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("video_url", sa.Text),
        sa.Column("duration_minutes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("is_preview", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("updated_at", TIME, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_lessons"),
        sa.UniqueConstraint(
            "module_id", "position", name="uq_lessons_module_id_position", deferrable=True, initially="DEFERRED"
        ),
        sa.ForeignKeyConstraint(
            ["module_id", "course_id"],
            ["modules.id", "modules.course_id"],
            name="fk_lessons_module_id_course_id_modules",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("position >= 1 AND duration_minutes >= 0", name="ck_lessons_position"),
    )
    op.create_index("ix_lessons_course_id", "lessons", ["course_id"])


def create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid),
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("student_id", sa.Uuid, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("rating", sa.SmallInteger, nullable=False),
        sa.Column("comment", sa.Text, nullable=False, server_default=""),
        sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("updated_at", TIME, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("course_id", "student_id", name="uq_reviews_course_id_student_id"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_reviews_course_id_courses", ondelete="CASCADE"),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="ck_reviews_rating"),
    )
    op.create_index("ix_reviews_newest", "reviews", ["course_id", "created_at", "id"], postgresql_where=NOT_HIDDEN)
    op.create_index(
        "ix_reviews_best", "reviews", ["course_id", "rating", "created_at", "id"], postgresql_where=NOT_HIDDEN
    )
    op.create_index("ix_reviews_student_id", "reviews", ["student_id"])


def create_users() -> None:
    op.create_table(
        "user_names",
        sa.Column("user_id", sa.Uuid),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_user_names"),
    )
    op.create_table(
        "verified_teachers",
        sa.Column("user_id", sa.Uuid),
        sa.PrimaryKeyConstraint("user_id", name="pk_verified_teachers"),
    )
