"""Each index is needed: among many rows, the request that it is for uses it."""

from collections.abc import AsyncGenerator
from typing import Any, TypeAlias

import asyncpg
import pytest
import pytest_asyncio
from fastapi import FastAPI

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.testing.app import client_of
from edu_common.testing.postgres import connect, truncate
from edu_common.testing.statements import plan_of, statements_of
from edu_common.testing.tokens import Signer
from edu_course.context import CourseContext
from edu_course.settings import CourseSettings

Connection: TypeAlias = "asyncpg.Connection[Any]"

FILL = """
    INSERT INTO courses (id, teacher_id, teacher_name, title, slug, category, is_free, price, tags, status,
                         published_at, enrollment_count, rating_sum, review_count)
    SELECT gen_random_uuid(), CASE WHEN n % 1000 = 0 THEN '{teacher}' ELSE gen_random_uuid() END, 'A teacher',
           'On topic' || n % 15000, 'course-' || n, 'python', n % 3 = 0, CASE WHEN n % 3 > 0 THEN 1 + n % 90 END,
           ARRAY['tag' || n % 5000], 'published', now() - n * interval '1 hour', n % 1000, n % 50, 10
      FROM generate_series(1, 30000) AS n;
    INSERT INTO modules (id, course_id, title, position)
    SELECT gen_random_uuid(), id, 'A part', 1 FROM courses LIMIT 3000;
    INSERT INTO lessons (id, module_id, course_id, title, content, position)
    SELECT gen_random_uuid(), id, course_id, 'A lesson', 'Text', 1 FROM modules;
    INSERT INTO reviews (id, course_id, student_id, author_name, rating)
    SELECT gen_random_uuid(), id, gen_random_uuid(), 'A student', 4 FROM courses LIMIT 3000;
"""
"""So many rows that the planner prefers an index where one is suitable."""

SOME_COURSE = "SELECT courses.*, lessons.id AS lesson FROM courses JOIN lessons ON course_id = courses.id LIMIT 1"

USES = {
    "/courses?sort=newest": {"ix_courses_newest"},
    "/courses?sort=popular": {"ix_courses_popular"},
    "/courses?sort=rating": {"ix_courses_rating"},
    "/courses?sort=price_asc": {"ix_courses_price"},
    "/courses?sort=price_desc": {"ix_courses_price"},
    "/courses?tag=tag7": {"ix_courses_tags"},
    "/courses?q=topic77": {"ix_courses_search"},
    "/courses/suggest?q=topic123": {"ix_courses_title_words"},
    "/courses/my": {"ix_courses_teacher_id_created_at_id"},
    "/courses/{id}": {"pk_courses"},
    "/courses/{slug}": {"uq_courses_slug"},
    "/courses/{id}/curriculum": {"uq_modules_course_id_position", "uq_lessons_module_id_position"},
    "/lessons/{lesson}": {"pk_lessons"},
    "/reviews/course/{id}": {"ix_reviews_newest"},
}
"""Indexes by the request that must use them."""


@pytest_asyncio.fixture(scope="module")
async def connection(settings: CourseSettings) -> AsyncGenerator[Connection]:
    """Return a connection to the service's database, filled with many courses."""
    url = settings.database_url.get_secret_value()
    await truncate(url)
    connection = await connect(url)
    await connection.execute(FILL.format(teacher=new_id()))
    await connection.execute("VACUUM ANALYZE")
    yield connection
    await connection.close()


@pytest.mark.parametrize("address", USES)
async def test_answered_by_its_index(
    app: FastAPI, runtime: CourseContext, connection: Connection, signer: Signer, address: str
) -> None:
    course = await connection.fetchrow(SOME_COURSE)
    assert course
    async with client_of(app) as client, statements_of(runtime.database) as statements:
        answer = await client.get(
            address.format_map(dict(course)), headers=signer.headers(course["teacher_id"], Role.TEACHER)
        )
    assert answer.status_code == 200, answer.text
    plans = [await plan_of(connection, statement) for statement in statements]
    used = {node["Index Name"] for plan in plans for node in plan if "Index Name" in node}
    assert used >= USES[address]
