"""The plan of a data set: volumes, ratios, and the properties that must hold before any row is made."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import numpy as np
import pytest

from edu_seed.courses import DRAFT, PUBLISHED
from edu_seed.learning import COMPLETED, ENROLLED, IN_PROGRESS, PAID, REFUNDED, REVOKED
from edu_seed.rng import stream, uuid7
from edu_seed.sizes import SMALL
from edu_seed.tables import TABLES, Table
from edu_seed.world import World, make_world

EPOCH = date(2026, 11, 1)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def name_of(table: Table) -> str:
    return table.key


@pytest.fixture(params=["small", "full"])
def world(request: pytest.FixtureRequest) -> World:
    return request.getfixturevalue(request.param)


def data(world: World, table: Table) -> Iterator[bytes]:
    return (table.render(world, number, units).data for number, units in table.blocks(world))


class TestVolumes:
    def test_full(self, full: World) -> None:
        assert len(full.user_ids) == 50_001
        assert len(full.course_ids) == 100_000
        assert abs(len(full.module_ids) - 35_000) < 350
        assert abs(len(full.lesson_ids) - 210_000) < 2_100
        assert len(full.enrollment_ids) == 200_000
        assert len(full.payment_ids) == 50_000
        assert len(full.review_ids) == 100_000

    def test_small_is_a_hundredth_with_more_lessons(self, small: World) -> None:
        assert len(small.user_ids) == 501
        assert len(small.course_ids) == 1_000
        assert abs(len(small.module_ids) - 3_325) < 100
        assert abs(len(small.lesson_ids) - 19_950) < 600
        assert len(small.enrollment_ids) == 2_000
        assert len(small.payment_ids) == 500
        assert len(small.review_ids) == 1_000

    def test_a_fifth_teaches_and_seven_of_ten_of_them_are_verified(self, world: World) -> None:
        assert world.people.teachers * 5 == world.size.users
        assert world.people.verified.sum() * 10 == world.people.teachers * 7
        assert not world.people.verified[world.people.teachers :].any()

    def test_languages(self, world: World) -> None:
        russian = sum(bank.language == "ru" for bank in world.courses.banks)
        assert 0.14 < russian / world.size.courses < 0.16


class TestDeterminism:
    @pytest.mark.parametrize("table", TABLES, ids=name_of)
    def test_the_same_seed_gives_the_same_bytes_in_any_order(self, small: World, table: Table) -> None:
        again = make_world(SMALL, 1, EPOCH)
        blocks = list(table.blocks(small))
        forwards = [table.render(small, number, units).data for number, units in blocks]
        backwards = [table.render(again, number, units).data for number, units in reversed(blocks)]
        assert forwards == backwards[::-1]

    def test_another_seed_gives_other_data(self, small: World) -> None:
        other = make_world(SMALL, 2, EPOCH)
        assert [table.key for table in TABLES if list(data(small, table)) == list(data(other, table))] == []

    def test_the_epoch_moves_all_times(self, small: World) -> None:
        later = make_world(SMALL, 1, date(2026, 11, 2))
        assert set(later.courses.published - small.courses.published) == {24 * 3600 * 1_000_000}

    def test_streams_of_different_keys_differ(self) -> None:
        keys = [(1, "a", 0), (1, "a", 1), (1, "b", 0), (2, "a", 0)]
        assert len({int(stream(*key).integers(2**62)) for key in keys}) == len(keys)


class TestIdentifiers:
    def test_are_uuids_of_version_7_that_tell_their_time(self) -> None:
        identifier = UUID(bytes=uuid7(1, "test", np.array([7]), np.array([1_700_000_000_123]))[0].tobytes())
        assert identifier.version == 7
        assert identifier.variant == "specified in RFC 4122"
        assert identifier.int >> 80 == 1_700_000_000_123

    def test_differ(self, world: World) -> None:
        everything = [
            *(world.user_ids, world.course_ids, world.module_ids, world.lesson_ids),
            *(world.enrollment_ids, world.payment_ids, world.review_ids),
        ]
        assert len({identifier for ids in everything for identifier in ids.tolist()}) == sum(map(len, everything))


class TestCourses:
    def test_titles_and_slugs_differ(self, world: World) -> None:
        assert len({title.text for title in world.courses.titles}) == world.size.courses
        assert len(set(world.courses.slugs)) == world.size.courses

    def test_slugs_are_as_the_course_service_makes_them(self, world: World) -> None:
        wrong = [slug for slug in world.courses.slugs if len(slug) > 90 or not SLUG.fullmatch(slug)]
        assert wrong == []

    def test_every_category_has_a_course_with_lessons(self, world: World) -> None:
        shown = {bank.slug for bank in world.courses.banks[: world.size.taught]}
        assert shown == set(world.content.categories)

    def test_what_a_visitor_meets_first_has_lessons(self, world: World) -> None:
        published = np.where(world.courses.status == PUBLISHED, world.courses.published, 0)
        newest = np.argsort(-published)[:20]
        popular = np.argsort(-world.totals.enrollments)[: world.size.courses // 100]
        assert (world.totals.lessons[newest] > 0).all()
        assert (world.totals.lessons[popular] > 0).all()

    def test_in_the_small_one_every_course_that_is_shown_has_lessons(self, small: World) -> None:
        shown = small.courses.status == PUBLISHED
        assert shown.sum() > 900
        assert (small.totals.lessons[shown] > 0).all()

    def test_popularity_has_a_head_and_a_tail(self, full: World) -> None:
        counts = np.sort(full.totals.enrollments)[::-1]
        assert counts[:1_000].sum() > counts.sum() * 0.35
        assert counts[10_000:].sum() > counts.sum() * 0.1

    def test_teachers_are_verified_and_speak_the_language(self, world: World) -> None:
        assert world.people.verified[world.courses.teacher].all()
        russian = np.array([bank.language == "ru" for bank in world.courses.banks])
        assert (world.people.russian[world.courses.teacher] == russian).all()


class TestLearning:
    def test_nobody_enrolls_twice_in_an_own_course_or_in_a_draft(self, world: World) -> None:
        student, course = world.learning.student, world.learning.course
        assert len(np.unique(student * world.size.courses + course)) == world.size.enrollments
        assert (world.courses.teacher[course] != student).all()
        assert (world.courses.status[course] != DRAFT).all()

    def test_paid_courses_are_paid_for_and_free_ones_are_not(self, world: World) -> None:
        paid = np.arange(world.size.enrollments) < world.learning.paid
        assert (world.courses.free[world.learning.course] == ~paid).all()
        assert not world.courses.free[world.payments.course].any()

    def test_payments_agree_with_enrollments(self, world: World) -> None:
        bought = world.learning.paid
        assert (world.payments.student[:bought] == world.learning.student[:bought]).all()
        assert (world.payments.course[:bought] == world.learning.course[:bought]).all()
        state = np.where(world.learning.status[:bought] == REVOKED, REFUNDED, PAID)
        assert (world.payments.state[:bought] == state).all()
        assert not np.isin(world.payments.state[bought:], (PAID, REFUNDED)).any()

    def test_progress_fits_the_status(self, world: World) -> None:
        lessons = world.totals.lessons[world.learning.course]
        done, status = world.learning.done, world.learning.status
        assert (done[status == ENROLLED] == 0).all()
        assert (done[status == COMPLETED] == lessons[status == COMPLETED]).all()
        begun = status == IN_PROGRESS
        assert ((done[begun] > 0) & (done[begun] < lessons[begun])).all()
        assert (done[status == REVOKED] <= lessons[status == REVOKED]).all()

    def test_everything_happens_in_order_and_before_the_end(self, world: World) -> None:
        learning, courses, end = world.learning, world.courses, world.clock.end
        assert (world.joined[courses.teacher] < courses.created).all()
        assert (courses.created < courses.published).all()
        assert (courses.published[learning.course] < learning.enrolled).all()
        assert (world.joined[learning.student] < learning.enrolled).all()
        assert (learning.enrolled <= learning.last_activity).all()
        assert max(learning.last_activity.max(), world.reviews.created.max(), courses.updated.max()) < end
        assert world.payments.refunded.max() < end

    def test_reviews_are_by_the_enrolled_once_each(self, world: World) -> None:
        assert len(np.unique(world.reviews.enrollment)) == world.size.reviews
        assert (world.learning.status[world.reviews.enrollment] != REVOKED).all()
        assert set(world.reviews.rating.tolist()) == {1, 2, 3, 4, 5}


class TestDemoAccounts:
    def test_the_teacher_has_popular_courses_with_reviews_and_a_draft(self, world: World) -> None:
        own = np.flatnonzero(world.courses.teacher == world.people.demo_teacher)
        taught = own[world.totals.lessons[own] > 0]
        assert len(taught) >= 5
        assert world.totals.reviews[taught].sum() > 0
        assert (world.courses.status[own] == DRAFT).sum() == 1

    def test_the_student_is_at_every_stage(self, world: World) -> None:
        own = world.learning.status[world.learning.student == world.people.demo_student]
        assert {ENROLLED, IN_PROGRESS, COMPLETED} <= set(own.tolist())
