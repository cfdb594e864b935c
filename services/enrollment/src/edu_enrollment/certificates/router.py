"""Addresses of certificates."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from edu_common.auth.dependencies import User
from edu_common.pagination import Page, PageParams, page_params
from edu_enrollment.certificates import service
from edu_enrollment.certificates.schemas import CertificateRead, MyCertificate
from edu_enrollment.runtime import App

router = APIRouter(prefix="/certificates", tags=["certificates"])


@router.get("/me")
async def list_my_certificates(
    app: App, user: User, params: Annotated[PageParams, Depends(page_params)]
) -> Page[MyCertificate]:
    """The caller's certificates, the newest first."""
    return await service.list_mine(app, user, params)


@router.get("/{code}", responses={404: {"description": "`certificate_not_found`"}})
async def check_certificate(
    app: App, code: Annotated[str, Path(max_length=100, examples=["7K3M-9QXW-2TJ0-ZV5C"])]
) -> CertificateRead:
    """Whether a certificate is genuine, and what it says; for anybody who holds its code."""
    return await service.check(app, code)
