"""Templates: complete in every language, with the same values, and no value is interpreted as markup."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import TemplateData

import edu_notification
from edu_notification.channels import IN_APP_FIELDS
from edu_notification.consumers import RECIPIENT_FIELD
from edu_notification.mail.composer import LINKS, SECURITY
from edu_notification.models import Locale, MailType, NotificationType
from edu_notification.texts import Texts

TEMPLATES = Path(edu_notification.__file__).parent / "templates"
IN_APP = [kind for kind in NotificationType if kind is not NotificationType.ANNOUNCEMENT]
VALUES: dict[str, Any] = {
    "name": "Ada",
    "author_name": "Grace",
    "teacher_name": "Alan",
    "course_title": "Engines",
    "amount": "49.99",
    "currency": "USD",
    "payment_id": "0197",
    "date": "2026-12-01",
    "certificate_code": "AB12",
    "rating": 5,
    "reason": "Tell us more.",
    "removed": True,
    "access": True,
    "status": "published",
    "cause": "already_paid",
    "link": "http://127.0.0.1:3001/x?a=1&b=2",
}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts()


def names(folder: str, locale: Locale) -> set[str]:
    return {path.stem for path in (TEMPLATES / locale / folder).iterdir()}


class TestCompleteness:
    @pytest.mark.parametrize("locale", list(Locale))
    def test_exactly_the_types_have_templates(self, locale: Locale) -> None:
        assert names("in_app", locale) == set(IN_APP)
        assert names("mail", locale) == {*MailType, "footer"}

    def test_every_type_has_its_link_and_fields(self) -> None:
        assert set(LINKS) == set(MailType)
        assert set(IN_APP_FIELDS) == set(IN_APP)

    def test_every_event_is_told_somehow(self) -> None:
        assert set(RECIPIENT_FIELD) == {*IN_APP, *MailType} - SECURITY

    @pytest.mark.parametrize("path", [f"in_app/{kind}" for kind in IN_APP] + [f"mail/{kind}" for kind in MailType])
    def test_languages_tell_the_same(self, path: str) -> None:
        trees = [Environment(autoescape=True).parse((TEMPLATES / it / f"{path}.txt").read_text()) for it in Locale]
        english, russian = trees
        assert find_undeclared_variables(english) == find_undeclared_variables(russian)
        written = [{data.data.strip() for data in tree.find_all(TemplateData)} - {""} for tree in trees]
        words = [{text for text in texts if any(character.isalpha() for character in text)} for texts in written]
        assert not words[0] & words[1], "a text is the same in both languages"


class TestRendering:
    @pytest.mark.parametrize("locale", list(Locale))
    @pytest.mark.parametrize("kind", IN_APP)
    def test_notification(self, texts: Texts, locale: Locale, kind: NotificationType) -> None:
        text = texts.notification(locale, kind, VALUES)
        assert text.title
        assert text.body
        assert "\n" not in text.title

    @pytest.mark.parametrize("locale", list(Locale))
    @pytest.mark.parametrize("kind", list(MailType))
    def test_mail(self, texts: Texts, locale: Locale, kind: MailType) -> None:
        text = texts.mail(locale, kind, VALUES)
        assert text.subject
        assert VALUES["link"] in text.plain
        assert 'href="http://127.0.0.1:3001/x?a=1&amp;b=2"' in text.html
        assert f'lang="{locale}"' in text.html

    def test_a_reason_has_a_line_of_its_own(self, texts: Texts) -> None:
        text = texts.notification(Locale.EN, NotificationType.COURSE_TAKEN_DOWN, {**VALUES, "reason": "Copied"})
        assert text.body.splitlines()[1:] == ["Reason: Copied", "Enrolled students keep their access."]

    def test_a_receipt_has_its_date(self, texts: Texts) -> None:
        text = texts.mail(Locale.EN, MailType.PAYMENT_COMPLETED, VALUES)
        assert "Amount: 49.99 USD\nDate: 2026-12-01 (UTC)\nPayment ID: 0197\nSeller: EduPlatform" in text.plain

    @pytest.mark.parametrize("kind", sorted(SECURITY))
    def test_a_stranger_cannot_write_into_a_mail_to_an_unconfirmed_address(self, texts: Texts, kind: MailType) -> None:
        text = texts.mail(Locale.EN, kind, {**VALUES, "name": "You won, see evil.example"})
        assert "evil" not in text.plain + text.html + text.subject

    def test_values_are_never_markup(self, texts: Texts) -> None:
        hostile = {**VALUES, "course_title": "<script>alert(1)</script>{{ 7*7 }}", "author_name": "\"'><img src=x>"}
        text = texts.mail(Locale.EN, MailType.REVIEW_CREATED, hostile)
        assert "<script>" not in text.html
        assert "<img" not in text.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text.html
        assert "<script>alert(1)</script>{{ 7*7 }}" in text.plain

    def test_a_value_cannot_break_the_line_of_a_heading(self, texts: Texts) -> None:
        values = {**VALUES, "course_title": "Engines\r\nBcc: all@example.com\x0b\u2028\x85x"}
        subject = texts.mail(Locale.EN, MailType.ENROLLMENT_CREATED, values).subject
        assert len(subject.splitlines()) == 1
        title = texts.notification(Locale.EN, NotificationType.ENROLLMENT_CREATED, values).title
        assert len(title.splitlines()) == 1
