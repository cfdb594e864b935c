"""Addresses of certificates."""

from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from edu_common.database.pagination import Page
from edu_common.web.conditional import UNCHANGED
from edu_common.web.dependencies import User
from edu_common.web.error_responses import error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_enrollment.certificates import service
from edu_enrollment.certificates.codes import read_code
from edu_enrollment.certificates.errors import CertificateNotFound, NotPrintable
from edu_enrollment.certificates.schemas import CertificateRead, MyCertificate
from edu_enrollment.certificates.texts import Language
from edu_enrollment.context import App

router = Router(prefix="/certificates", tags=["certificates"])

Code = Annotated[str, Path(max_length=100, examples=["7K3M-9QXW-2TJ0-ZV5C"])]
PDF = {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
PRINT_THE_PAGE = {303: {"description": "The PDF's typeface lacks letters of it: its page, which a browser can print."}}


@router.get("/me")
async def list_my_certificates(app: App, user: User, params: Paging) -> Page[MyCertificate]:
    """The caller's certificates, the newest first."""
    return await service.list_mine(app, user, params)


@router.get(
    "/{code}.pdf",
    response_class=Response,
    responses=PDF | PRINT_THE_PAGE | UNCHANGED | error_responses(CertificateNotFound),
)
async def print_certificate(app: App, request: Request, code: Code, lang: Language = Language.EN) -> Response:
    """A certificate as PDF, for anybody who holds its code."""
    try:
        document = await service.pdf(app, code, lang)
    except NotPrintable as error:
        return RedirectResponse(f"{error.page}?print", 303)
    response = document.response(request)
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{read_code(code)}.pdf"'
    return response


@router.get("/{code}", responses=error_responses(CertificateNotFound))
async def check_certificate(app: App, code: Code) -> CertificateRead:
    """Whether a certificate is genuine, and what it says; for anybody who holds its code."""
    return await service.check(app, code)
