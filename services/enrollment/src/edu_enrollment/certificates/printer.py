"""Certificates as PDF, created outside of the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from edu_enrollment.certificates.errors import LettersMissing, NotPrintable
from edu_enrollment.certificates.schemas import CertificateRead
from edu_enrollment.certificates.texts import Language

KEPT = 100
"""PDFs cached in memory, about 40 kB each."""


class Printer:
    """Creates one PDF at a time, in a thread of its own; requests that time out while waiting are skipped."""

    def __init__(self, public_url: str) -> None:
        self._origin = public_url.rstrip("/")
        self._thread = ThreadPoolExecutor(1, "certificate-pdf")

    async def pdf(self, certificate: CertificateRead, language: Language) -> bytes:
        """Return the PDF; raise `NotPrintable`."""
        page = f"{self._origin}{'' if language is Language.EN else f'/{language}'}/certificates/{certificate.code}"
        work = (certificate.model_dump_json(), language, page)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, _print, *work)
        except LettersMissing as missing:
            raise NotPrintable(page) from missing

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


@lru_cache(KEPT)
def _print(certificate: str, language: Language, page: str) -> bytes:
    # The library takes 30 MB, which a process that never prints should not use.
    from edu_enrollment.certificates.sheet import draw

    return draw(CertificateRead.model_validate_json(certificate), language, page)
