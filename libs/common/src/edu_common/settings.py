"""Settings that every service reads from its environment."""

from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, ClassVar

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from edu_common.overload import MAX_QUEUE_DELAY
from edu_common.service_keys import read_private_key, read_public_keys
from edu_topology import local_url


class RateLimits(StrEnum):
    STANDARD = "standard"
    OFF = "off"


class EventTransport(StrEnum):
    HTTP = "http"
    REDIS = "redis"


class Misconfigured(ValueError):
    """A setting with which the service cannot start; the message names it and how to fix it."""


class ServiceSettings(BaseSettings):
    """Settings of any service.

    A service subclasses this and sets `service`, its name in URLs and tokens, and `default_port`. Durations are in
    seconds unless a name says otherwise.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True)

    service: ClassVar[str]
    default_port: ClassVar[int]

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535, description="0 means the service's own port")
    process_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="A port of this process alone, for probes and metrics; processes on one host then share `port`",
    )
    log_level: str = "INFO"

    database_url: SecretStr
    db_pool_size: int = Field(default=10, ge=1, le=200)
    db_pool_max_overflow: int = Field(default=0, ge=0, le=200)
    db_pool_timeout: float = Field(default=0.5, gt=0)
    db_statement_timeout: float = Field(default=5, gt=0)

    platform_secret: SecretStr = Field(min_length=32, description="Names the platform in a Redis that it shares")
    service_private_key: SecretStr = Field(description="The key that this service alone signs with, as JWK")
    service_public_keys: str = Field(description="Every service's keys that are accepted: lists of JWK by service")
    public_url: str = "http://127.0.0.1:3001"
    identity_url: str = local_url("identity")
    course_url: str = local_url("course")
    enrollment_url: str = local_url("enrollment")
    payment_url: str = local_url("payment")
    notification_url: str = local_url("notification")
    jwks_url: str = ""
    redis_url: SecretStr = SecretStr("")
    redis_timeout: float = Field(default=0.2, gt=0, description="What is waited for Redis before going on without it")

    event_transport: EventTransport = EventTransport.HTTP
    rate_limits: RateLimits = RateLimits.STANDARD
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()

    max_body_bytes: int = Field(default=1024 * 1024, ge=1024)
    request_timeout: float = Field(default=10, gt=0)
    peer_timeout: float = Field(default=2, gt=0)
    max_concurrent_requests: int = Field(
        default=512, ge=1, description="Requests past this many at once get a 503; peers' are counted apart"
    )
    max_queue_delay: float = Field(
        default=MAX_QUEUE_DELAY,
        gt=0,
        validation_alias=AliasChoices("max_queue_delay", "max_standing_wait"),  # the old name, for one release
        description="While every wait for the event loop or the pool is longer, requests are rejected with 503",
    )
    drain_seconds: float = Field(
        default=0, ge=0, description="How long to report 503 on readiness before the listener closes"
    )

    @field_validator("database_url")
    @classmethod
    def _names_the_driver(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("postgresql+asyncpg://"):
            raise ValueError("must look like postgresql+asyncpg://role:password@host:port/database")
        return value

    @field_validator("service_private_key")
    @classmethod
    def _is_a_private_key(cls, value: SecretStr) -> SecretStr:
        read_private_key(value.get_secret_value())
        return value

    @field_validator("service_public_keys")
    @classmethod
    def _are_public_keys(cls, value: str) -> str:
        read_public_keys(value)
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_of_redis(cls, value: SecretStr) -> SecretStr:
        if value and not value.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must look like redis://:password@host:port/0, or rediss:// for TLS")
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_networks(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        return value

    @cached_property
    def listen_port(self) -> int:
        return self.port or self.default_port

    @cached_property
    def key_set_url(self) -> str:
        return self.jwks_url or f"{self.identity_url}/.well-known/jwks.json"

    def peer_url(self, service: str) -> str:
        """Return the base URL of another service, by its name."""
        return getattr(self, f"{service}_url")
