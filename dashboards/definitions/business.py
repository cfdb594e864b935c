"""What the platform is for, counted: registrations, payments, enrollments, lessons, mails."""

from definitions.panels import Panel
from definitions.parts import counted
from definitions.promql import Scope

NAMES = {
    "identity": ("registrations",),
    "course": (),
    "enrollment": ("enrollments", "lessons"),
    "payment": ("payments", "sweeps"),
    "notification": ("mails",),
}


def of(service: str, scope: Scope) -> list[Panel]:
    """Panels of the counters that a service owns."""
    return [_panel(name, scope) for name in NAMES[service]]


def everything(scope: Scope) -> list[Panel]:
    return [panel for service in NAMES for panel in of(service, scope)]


def _panel(name: str, scope: Scope) -> Panel:
    # These counters know no service, each has its own.
    within = Scope(scope.matchers.partition(",")[0], scope.by)
    metric, label, title, description = _COUNTED[name]
    return counted(title, description, (within.select(metric), label), span=8)


_COUNTED = {
    "registrations": (
        "registrations_total",
        "",
        "Registrations",
        "Accounts that people made for themselves. None for long while there is traffic: try to register.",
    ),
    "enrollments": (
        "enrollments_total",
        "",
        "Enrollments",
        "Courses begun, free and paid. Payments without enrollments mean that payment's events don't arrive.",
    ),
    "lessons": (
        "lessons_completed_total",
        "",
        "Lessons completed",
        "Lessons that students marked as done: the best sign that people can learn.",
    ),
    "payments": (
        "payments_total",
        "status",
        "Payments",
        "Payments that reached a status. Many failed: look at the provider. Refunded follows a refund, or an "
        "enrollment that could not be made.",
    ),
    "sweeps": (
        "payments_swept_total",
        "result",
        "Payments under way too long",
        "Payments that lasted too long and were asked of the provider; failed ones are asked again later. More than "
        "a few mean that the provider is slow or that processes die.",
    ),
    "mails": (
        "mails_total",
        "result",
        "Mails",
        "Mails handed over to the mail server. Postponed: the server refused or was away, it is tried again for a "
        "day. Dropped: given up.",
    ),
}
