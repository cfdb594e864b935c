"""Parameters of lists in a URL."""

from typing import Annotated

from fastapi import Depends, Query

from edu_common.database.pagination import MAX_LIMIT, MAX_OFFSET, PageParams
from edu_common.errors import Unprocessable
from edu_common.web.url_parameters import from_url


@from_url
async def page_params(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 20,
    cursor: Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before")] = None,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET, description="Instead of a cursor")] = 0,
) -> PageParams:
    """Return the parameters of a list."""
    if cursor and offset:
        raise Unprocessable.at("query", "offset", msg="Send either cursor or offset, not both.")
    return PageParams(limit=limit, cursor=cursor, offset=offset)


Paging = Annotated[PageParams, Depends(page_params)]
