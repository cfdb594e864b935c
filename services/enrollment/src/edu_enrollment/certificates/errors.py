"""Refusals about certificates."""

from edu_common.errors import NotFound


class CertificateNotFound(NotFound):
    code = "certificate_not_found"
    detail = "There is no certificate with this code. Compare it with the one on the document."


class LettersMissing(Exception):
    """The typeface of the PDF cannot write a name or the title."""


class NotPrintable(Exception):
    """No PDF can be made; a browser, which has more typefaces, can print the certificate's `page`."""

    def __init__(self, page: str) -> None:
        super().__init__(page)
        self.page = page
