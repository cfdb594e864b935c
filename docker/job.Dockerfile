# syntax=docker/dockerfile:1
# The image of a Job: FOLDER holds the package edu-JOB, COMMAND starts it. Build from the repository's root:
#   docker build -f docker/job.Dockerfile --build-arg JOB=seed --build-arg FOLDER=seed-job \
#     --build-arg COMMAND="python -m edu_seed" -t edu-seed .
FROM python:3.13-slim AS build
RUN --mount=type=cache,target=/root/.cache/pip pip install uv==0.13.9
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON=/usr/local/bin/python3
ARG JOB FOLDER COMMAND
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY libs/topology libs/topology
COPY ${FOLDER}/pyproject.toml ${FOLDER}/
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-install-workspace --package edu-${JOB}
COPY ${FOLDER} ${FOLDER}
# An entry point in exec form knows no build argument, so it is a script.
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --package edu-${JOB} \
    && printf '#!/bin/sh\nexec %s "$@"\n' "${COMMAND}" > entrypoint && chmod +x entrypoint

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin edu
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
ENTRYPOINT ["/app/entrypoint"]
