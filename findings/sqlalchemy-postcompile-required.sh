#!/usr/bin/env bash
# SQLAlchemy 2.1.9 (PyPI), dialect of asyncpg
#
# render_postcompile=True writes out the IN list; its values are
# in the statement. Beside it a bindparam() without a value, to be given later, is
# enough to make compiling fail, although its value is not rendered. Without the
# flag, or with required=False, the statement compiles.
#
# Seen: required: InvalidRequestError;
# required=False: WHERE t.id = $1::INTEGER AND t.kind IN ($2::INTEGER, $3::INTEGER)
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'sqlalchemy==2.1.9'

"$work/venv/bin/python" - <<'PY'
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.exc import InvalidRequestError

table = sa.table("t", sa.column("id", sa.Integer), sa.column("kind", sa.Integer))


def compiled(parameter):
    statement = sa.select(table).where(table.c.id == parameter, table.c.kind.in_([1, 2]))
    options = {"render_postcompile": True}
    try:
        text = str(statement.compile(dialect=asyncpg.dialect(), compile_kwargs=options))
    except InvalidRequestError as error:
        return type(error).__name__
    return text.splitlines()[-1]


required = compiled(sa.bindparam("id"))
optional = compiled(sa.bindparam("id", required=False))
print("required:", required)
print("required=False:", optional)
assert required == "InvalidRequestError"
assert optional == "WHERE t.id = $1::INTEGER AND t.kind IN ($2::INTEGER, $3::INTEGER)"
PY
