# syntax=docker/dockerfile:1
# The image of one of the five services. Build from the repository's root:
#   docker build -f docker/service.Dockerfile --build-arg SERVICE=course -t edu-course .
FROM python:3.13-slim AS build
RUN --mount=type=cache,target=/root/.cache/pip pip install uv==0.13.9
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON=/usr/local/bin/python3
ARG SERVICE
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY libs/topology libs/topology
COPY services/${SERVICE}/pyproject.toml services/${SERVICE}/
COPY libs/common/pyproject.toml libs/common/
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-install-workspace --package edu-${SERVICE}
COPY libs/common libs/common
COPY services/${SERVICE} services/${SERVICE}
# An entry point in exec form knows no build argument, so it is a script.
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --package edu-${SERVICE} \
    && .venv/bin/python -m compileall -q services/${SERVICE}/src libs/common/src \
    && printf '#!/bin/sh\nexec python -m edu_%s "$@"\n' ${SERVICE} > entrypoint && chmod +x entrypoint

# For Tilt: files that can be changed, and watchfiles, which restarts the process when they were.
FROM build AS dev
RUN uv pip install watchfiles==1.1.1 && useradd --uid 10001 --no-create-home edu && chown -R edu /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0
USER 10001
ENTRYPOINT ["/app/entrypoint"]
CMD ["serve"]

FROM python:3.13-slim AS run
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin edu
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0
USER 10001
ENTRYPOINT ["/app/entrypoint"]
CMD ["serve"]
