"""Settings of the operator, from its environment."""

import socket
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode


class OperatorSettings(BaseSettings):
    """Durations are in seconds."""

    watch_namespaces: Annotated[tuple[str, ...], NoDecode] = Field(
        min_length=1, description="Comma-separated namespaces whose EduPlatform objects it keeps"
    )
    charts_directory: Path = Field(
        default=Path("/app/charts"), description="Where the charts lie, with their dependencies built"
    )
    helm: str = "helm"
    port: int = Field(default=8080, description="Of /health/live, /health/ready and /metrics")
    metrics_namespace: str = Field(default="", description="Where Prometheus finds /metrics: a Service's namespace")
    metrics_service: str = Field(default="", description="Its name")
    identity: str = Field(
        default_factory=socket.gethostname,
        description="Holder of the Leases: the same for all processes of an installation, of which one runs at a time",
    )
    log_level: str = "INFO"
    resync_seconds: float = Field(default=60, gt=0, description="A look at each platform even when nothing was heard")

    @field_validator("watch_namespaces", mode="before")
    @classmethod
    def _split(cls, value: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in value.split(",") if part.strip())
