"""What a route asks of its caller, as FastAPI dependencies."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from edu_common.auth.access_tokens import Claims, Role
from edu_common.context import ServiceContext, service_context
from edu_common.errors import RoleRequired, Unauthenticated

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Access token of the identity service")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def authenticate(runtime: ServiceContext, token: str) -> Claims:
    """The claims of a token that is valid and not revoked; raises `Unauthenticated`."""
    claims = await runtime.access_tokens.verify(token)
    runtime.revocations.check(claims)
    return claims


async def optional_user(request: Request, credentials: Credentials) -> Claims | None:
    """The caller when signed in; a token that is sent must be good."""
    if credentials is None:
        if "authorization" in request.headers:
            raise Unauthenticated
        return None
    return await authenticate(service_context(request), credentials.credentials)


async def maybe_caller(request: Request) -> Claims | None:
    """`optional_user` for shortcuts, which FastAPI does not solve dependencies for."""
    return await optional_user(request, await bearer(request))


async def caller(request: Request) -> Claims:
    """`current_user` for shortcuts."""
    return await current_user(await maybe_caller(request))


async def current_user(user: Annotated[Claims | None, Depends(optional_user)]) -> Claims:
    if user is None:
        raise Unauthenticated
    return user


async def user_with_role(user: Annotated[Claims, Depends(current_user)], roles: SecurityScopes) -> Claims:
    """The caller, who must have one of the roles that the route names as its scopes."""
    if user.role not in roles.scopes:
        raise RoleRequired(f"Only for the role {' or '.join(roles.scopes)}.")
    return user


async def calling_service(request: Request, credentials: Credentials) -> str:
    """The name of the service that calls an `/internal` address."""
    if credentials is None:
        raise Unauthenticated("This address is for the platform's own services.")
    return service_context(request).service_tokens.verify(credentials.credentials)


MaybeUser = Annotated[Claims | None, Depends(optional_user)]
User = Annotated[Claims, Depends(current_user)]
Learner = Annotated[Claims, Security(user_with_role, scopes=[Role.STUDENT, Role.TEACHER])]
Teacher = Annotated[Claims, Security(user_with_role, scopes=[Role.TEACHER])]
Admin = Annotated[Claims, Security(user_with_role, scopes=[Role.ADMIN])]
CallingService = Annotated[str, Depends(calling_service)]
