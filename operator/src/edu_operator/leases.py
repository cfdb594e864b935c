"""One active operator per namespace: the holder of its Lease reconciles the platforms, others are on standby."""

import asyncio
from collections.abc import Iterable

import aiohttp
import structlog
from kubernetes.aio.client.api.coordination_v1_api import CoordinationV1Api
from kubernetes.aio.client.api_client import ApiClient
from kubernetes.aio.client.exceptions import ApiException
from kubernetes.aio.client.models.v1_lease import V1Lease
from kubernetes.aio.client.models.v1_object_meta import V1ObjectMeta
from kubernetes.aio.leaderelection.electionconfig import Config
from kubernetes.aio.leaderelection.leaderelection import LeaderElection
from kubernetes.aio.leaderelection.leaderelectionrecord import LeaderElectionRecord
from kubernetes.aio.leaderelection.resourcelock.leaselock import LeaseLock

from edu_operator import metrics
from edu_operator.types import MANAGER

log = structlog.get_logger(__name__)

LEASE_SECONDS = 90
RENEW_DEADLINE_SECONDS = 60
RETRY_SECONDS = 30
REQUEST_SECONDS = 20.0
RESTART_SECONDS = 5.0


class NamespaceLease(LeaseLock):
    """The client's own lock, with a `create` that it does not reject itself (37.0.2), and requests with a timeout."""

    def __init__(self, namespace: str, identity: str, client: ApiClient) -> None:
        super().__init__(MANAGER, namespace, identity, client)
        self._coordination = CoordinationV1Api(api_client=client)

    async def get(
        self, name: str, namespace: str
    ) -> tuple[bool, LeaderElectionRecord] | tuple[bool, Exception] | tuple[bool, None]:
        async with asyncio.timeout(REQUEST_SECONDS):
            return await super().get(name, namespace)

    async def create(self, name: str, namespace: str, election_record: LeaderElectionRecord) -> bool:
        lease = V1Lease(metadata=V1ObjectMeta(name=name), spec=self.update_lease(election_record))
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._coordination.create_namespaced_lease(namespace, lease)
        except ApiException as error:
            log.info("the Lease could not be created", namespace=namespace, error=str(error))
            return False
        return True

    async def update(self, name: str, namespace: str, updated_record: LeaderElectionRecord) -> bool:
        async with asyncio.timeout(REQUEST_SECONDS):
            return await super().update(name, namespace, updated_record)


class Leases:
    """The leader elections that this process takes part in, one per namespace."""

    def __init__(self, client: ApiClient, identity: str, namespaces: Iterable[str]) -> None:
        self._client = client
        self._identity = identity
        self._held = {namespace: asyncio.Event() for namespace in namespaces}

    async def wait(self, namespace: str) -> None:
        """Wait until this process holds the namespace's Lease."""
        await self._held[namespace].wait()

    async def run(self) -> None:
        """Take part in the leader election of each namespace until cancelled."""
        async with asyncio.TaskGroup() as elections:
            for namespace in self._held:
                elections.create_task(self._stand(namespace), name=f"lease/{namespace}")

    async def _stand(self, namespace: str) -> None:
        while True:
            try:
                await LeaderElection(self._config(namespace)).run()
                log.warning("the Lease is lost", namespace=namespace)
            except (ApiException, aiohttp.ClientError, TimeoutError) as error:
                log.warning("the Lease could not be renewed", namespace=namespace, error=repr(error))
            finally:
                self._set(namespace, held=False)
            await asyncio.sleep(RESTART_SECONDS)

    def _set(self, namespace: str, *, held: bool) -> None:
        metrics.LEADER.labels(namespace).set(held)
        if held:
            log.info("holds the Lease", namespace=namespace, identity=self._identity)
            self._held[namespace].set()
        else:
            self._held[namespace].clear()

    def _config(self, namespace: str) -> Config:
        async def lead() -> None:
            self._set(namespace, held=True)

        async def stop() -> None:
            self._set(namespace, held=False)

        lock = NamespaceLease(namespace, self._identity, self._client)
        return Config(lock, LEASE_SECONDS, RENEW_DEADLINE_SECONDS, RETRY_SECONDS, lead, stop)
