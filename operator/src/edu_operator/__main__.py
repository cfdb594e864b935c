"""`python -m edu_operator`."""

import asyncio
import logging
import sys

import structlog
from pydantic import ValidationError

from edu_operator.main import run
from edu_operator.settings import OperatorSettings


def main() -> None:
    try:
        settings = OperatorSettings()  # pyright: ignore[reportCallIssue] - the environment fills it
    except ValidationError as error:
        faults = [f"{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        sys.exit("Settings are missing or wrong; set these environment variables:\n  " + "\n  ".join(faults))
    logging.basicConfig(level=logging.WARNING)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
