"""What can be wrong with an announcement."""

from edu_common.errors import NotFound


class UserNotFound(NotFound):
    code = "user_not_found"
    detail = "There is no such user to announce it to."
