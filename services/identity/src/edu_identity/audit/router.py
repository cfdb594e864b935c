"""The audit log, for admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from edu_common.auth.dependencies import Admin
from edu_common.database.pagination import Page, PageParams, page_params
from edu_identity.audit import service
from edu_identity.audit.schemas import AuditEntryOut, AuditFilter
from edu_identity.context import App

router = APIRouter(prefix="/admin/audit", tags=["admin"])


@router.get("", response_model=Page[AuditEntryOut])
async def list_audit_entries(
    app: App,
    _: Admin,
    page: Annotated[PageParams, Depends(page_params)],
    wanted: Annotated[AuditFilter, Query()],
) -> dict[str, Any]:
    """What admins did, and what concerned the security of accounts, newest first."""
    return await service.list_entries(app, wanted, page)
