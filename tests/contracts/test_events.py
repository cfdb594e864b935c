"""Every event that a service publishes has a handler at each subscriber, and every handler has a publisher."""

from collections.abc import Mapping
from typing import TypeVar

import pytest

import edu_course.app
import edu_course.publishers
import edu_enrollment.app
import edu_enrollment.publishers
import edu_identity.app
import edu_identity.publishers
import edu_notification.app
import edu_notification.publishers
import edu_payment.app
import edu_payment.publishers
from edu_cli.devserver.platform import Platform
from edu_common.context import ServiceContext
from edu_common.events import Routes
from edu_common.settings import ServiceSettings
from edu_course.settings import CourseSettings
from edu_enrollment.settings import EnrollmentSettings
from edu_identity.settings import IdentitySettings
from edu_notification.settings import NotificationSettings
from edu_payment.settings import PaymentSettings

ROUTES: Mapping[str, Routes] = {
    "identity": edu_identity.publishers.ROUTES,
    "course": edu_course.publishers.ROUTES,
    "enrollment": edu_enrollment.publishers.ROUTES,
    "payment": edu_payment.publishers.ROUTES,
    "notification": edu_notification.publishers.ROUTES,
}

SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


@pytest.fixture(scope="module")
def runtimes(platform: Platform) -> dict[str, ServiceContext]:
    def settings(kind: type[SettingsT]) -> SettingsT:
        environment = platform.environment(kind.service)
        known = {name: environment[name.upper()] for name in kind.model_fields if name.upper() in environment}
        return kind.model_validate(known)

    return {
        "identity": edu_identity.app.create(settings(IdentitySettings)).state.runtime,
        "course": edu_course.app.create(settings(CourseSettings)).state.runtime,
        "enrollment": edu_enrollment.app.create(settings(EnrollmentSettings)).state.runtime,
        "payment": edu_payment.app.create(settings(PaymentSettings)).state.runtime,
        "notification": edu_notification.app.create(settings(NotificationSettings)).state.runtime,
    }


def test_each_subscriber_takes_what_it_is_sent(runtimes: dict[str, ServiceContext]) -> None:
    missing = [
        f"{event_type}: {subscriber} has no handler"
        for source, routes in ROUTES.items()
        for event_type, subscribers in routes.items()
        for subscriber in subscribers
        if event_type not in runtimes[subscriber].subscriptions.get(source, {})
    ]
    assert missing == []


def test_each_handler_is_sent_something(runtimes: dict[str, ServiceContext]) -> None:
    sent = {
        (source, event_type, subscriber)
        for source, routes in ROUTES.items()
        for event_type, subscribers in routes.items()
        for subscriber in subscribers
    }
    # Identity revokes access in its own transaction and notifies the others; the shared handler is unused there.
    own = {("identity", "user.access_changed", "identity")}
    handled = {
        (source, event_type, name)
        for name, runtime in runtimes.items()
        for source, handlers in runtime.subscriptions.items()
        for event_type in handlers
    }
    assert handled - own - sent == set()
