"""Refusals about certificates."""

from edu_common.errors import NotFound


class CertificateNotFound(NotFound):
    code = "certificate_not_found"
    detail = "There is no certificate with this code. Compare it with the one on the document."
