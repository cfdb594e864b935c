"""The components of a running service, created once and shared by its requests and tasks."""

from datetime import datetime
from uuid import UUID

from fastapi import Request

from edu_common.auth.access_tokens import AccessTokens, KeySet
from edu_common.auth.revocations import Revocations
from edu_common.auth.service_tokens import ServiceTokens
from edu_common.caching.memory import Cache
from edu_common.database.engine import Database
from edu_common.database.migrations import read_schema
from edu_common.database.pagination import Cursors
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events.envelope import Event
from edu_common.events.inbox import Handler, Subscriptions
from edu_common.events.outbox import Routes
from edu_common.events.relay import Relay
from edu_common.events.streams import StreamSubscriber, StreamTransport
from edu_common.events.transport import HttpTransport, Transport
from edu_common.redis_client import Redis
from edu_common.service_client import ServiceClient
from edu_common.settings import EventTransport, Misconfigured, ServiceSettings

READY_SECONDS = 0.5
READY_BYTES = 4096


class ServiceContext:
    """The components that every service has; a service adds its own in a subclass."""

    def __init__(self, package: str, settings: ServiceSettings, routes: Routes, subscriptions: Subscriptions) -> None:
        self.settings = settings
        self.schema = read_schema(package)
        self.subscriptions: dict[str, dict[str, Handler]] = {}
        self.subscribe({"identity": {"user.access_changed": self._access_changed}})
        self.subscribe(subscriptions)
        self.database = Database(settings)
        self.cursors = Cursors(settings.service_private_key)
        # Anyone may request the readiness, without a limit: the database is queried at most twice a second.
        self.ready_revision = Cache[str](settings.service, "readiness", ttl=READY_SECONDS, max_bytes=READY_BYTES)
        self.redis = Redis(settings) if settings.redis_url else None
        self.service_tokens = ServiceTokens(
            settings.service, settings.service_private_key, settings.service_public_keys
        )
        self.access_tokens = AccessTokens(KeySet(settings.key_set_url))
        self.revocations = Revocations()
        self.subscriber: StreamSubscriber | None = None
        over_http = settings.event_transport is EventTransport.HTTP
        transport = HttpTransport(settings, self.service_tokens) if over_http else self._over_redis()
        self.relay = Relay(settings, routes, transport)
        self.database.on_published = self.relay.wake
        self.draining = False

    def subscribe(self, subscriptions: Subscriptions) -> None:
        """Subscribe to these events of these services, in addition to existing subscriptions."""
        for source, handlers in subscriptions.items():
            self.subscriptions.setdefault(source, {}).update(handlers)

    def require_redis(self, setting: str) -> Redis:
        """Return the Redis client for the feature that `setting` turns on; raise `Misconfigured` without a Redis."""
        if not self.redis:
            raise Misconfigured(f"{setting} needs REDIS_URL: set it, or choose another value.")
        return self.redis

    def _over_redis(self) -> Transport:
        """Send and receive events through Redis."""
        redis = self.require_redis("EVENT_TRANSPORT=redis")
        parts = (self.settings, redis, self.service_tokens)
        self.subscriber = StreamSubscriber(*parts, self.database, self.subscriptions)
        return StreamTransport(*parts)

    def service_client(self, name: str) -> ServiceClient:
        """Return a client of another service, which the caller must close."""
        return ServiceClient(name, self.settings, self.service_tokens)

    async def _access_changed(self, unit: UnitOfWork, event: Event) -> None:
        """Revoke the access of a user, or of one of their sessions, from the time in identity's event."""
        subject = UUID(event.data.get("session_id") or event.data["user_id"])
        revoked_before = datetime.fromisoformat(event.data["revoked_before"])
        await self.revocations.record(unit, subject, revoked_before)

    async def close(self) -> None:
        await self.relay.close()
        await self.database.close()
        if self.redis:
            await self.redis.close()


def service_context(request: Request) -> ServiceContext:
    return request.app.state.runtime
