"""Errors of certificates."""

from edu_common.errors import NotFound


class CertificateNotFound(NotFound):
    code = "certificate_not_found"
    detail = "There is no certificate with this code. Compare it with the one on the document."


class LettersMissing(Exception):
    """The PDF's font lacks characters of a name or of the title."""


class NotPrintable(Exception):
    """The PDF cannot be created; a browser, which has more fonts, can print the certificate's `page`."""

    def __init__(self, page: str) -> None:
        super().__init__(page)
        self.page = page
