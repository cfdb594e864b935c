"""What the API server refuses: a valid platform with one thing changed."""

import json
from typing import Any

import pytest

from cluster.conftest import NAMESPACE
from cluster.kube import Kube, Object, PlatformUnderTest, Refused

EXTERNAL: Object = {name: {"secretRef": {"name": "s"}} for name in ("identity", "course", "enrollment", "payment")}

CREATED: dict[str, tuple[Object, str]] = {
    "pool over budget": ({"services": {"course": {"dbPoolSize": 46}}}, "spec.services.course.dbPoolSize"),
    "pool over budget by replicas": ({"services": {"payment": {"replicas": 9}}}, "spec.services.payment.dbPoolSize"),
    "pool over budget by workers": ({"services": {"identity": {"workers": 5}}}, "spec.services.identity.dbPoolSize"),
    "pool over budget by autoscaling": (
        {"services": {"enrollment": {"autoscaling": {"enabled": True, "maxReplicas": 9}}}},
        "spec.services.enrollment.dbPoolSize",
    ),
    "pool over budget by connections": ({"postgres": {"maxConnections": 29}}, "spec.postgres.maxConnections"),
    "misspelt field": ({"services": {"course": {"dbPoolsize": 10}}}, 'unknown field "spec.services.course.dbPoolsize"'),
    "unknown profile": ({"profile": "fast"}, "spec.profile"),
    "wrong type": ({"services": {"course": {"replicas": "two"}}}, "spec.services.course.replicas"),
    "fewest above most": (
        {"services": {"course": {"autoscaling": {"minReplicas": 5}}}},
        "spec.services.course.autoscaling.minReplicas",
    ),
    "spawn rate above users": ({"loadTest": {"users": 5}}, "spec.loadTest.spawnRate"),
    "nobody in the mix": ({"loadTest": {"mix": {"student": 0, "search": 0, "teacher": 0}}}, "spec.loadTest.mix"),
    "gateway without its reference": ({"exposure": {"type": "Gateway"}}, "spec.exposure.gatewayRef"),
    "external without references": ({"postgres": {"provider": "external"}}, "spec.postgres.external"),
    "external with four references": (
        {"postgres": {"provider": "external", "external": EXTERNAL}},
        "spec.postgres.external.notification",
    ),
    "references without external": (
        {"postgres": {"external": {**EXTERNAL, "notification": {"secretRef": {"name": "s"}}}}},
        "spec.postgres.external",
    ),
    "amount that is none": (
        {"services": {"course": {"resources": {"requests": {"cpu": "much"}}}}},
        "spec.services.course.resources.requests.cpu",
    ),
    "external redis without its secret": ({"redis": {"provider": "external"}}, "spec.redis.secretRef.name"),
    "cache in no redis": ({"redis": {"provider": "none"}}, "spec.services.course.cache"),
    "events over no redis": (
        {"redis": {"provider": "none"}, "events": {"transport": "redis"}},
        "spec.events.transport",
    ),
    "grafana without prometheus": ({"monitoring": {"prometheus": "none"}}, "spec.monitoring.grafana"),
    "version that is none": ({"postgres": {"version": "seventeen"}}, "spec.postgres.version"),
    "size that is none": ({"postgres": {"storage": {"size": "big"}}}, "spec.postgres.storage.size"),
}
CHANGED: dict[str, tuple[Object, str]] = {
    "provider": ({"provider": "cloudnative-pg"}, "spec.postgres.provider"),
    "version": ({"version": "16"}, "spec.postgres.version"),
    "storage shrinks": ({"storage": {"size": "1Gi"}}, "spec.postgres.storage.size"),
    "storage class": ({"storage": {"storageClassName": "other"}}, "spec.postgres.storage.storageClassName"),
}


def dry_run(kube: Kube, item: Object) -> None:
    kube.kubectl("apply", "--dry-run=server", "-f", "-", source=json.dumps(item))


def named(kube: Kube, name: str, **spec: Any) -> Object:
    return PlatformUnderTest(kube, NAMESPACE, name).manifest(**spec)


def test_the_base_is_accepted(kube: Kube) -> None:
    dry_run(kube, named(kube, "valid"))


def test_the_largest_pool_of_the_budget_is_accepted(kube: Kube) -> None:
    dry_run(kube, named(kube, "valid", services={"course": {"dbPoolSize": 45}}))


@pytest.mark.parametrize("change", CREATED)
def test_is_refused_by_name(kube: Kube, change: str) -> None:
    spec, field = CREATED[change]
    with pytest.raises(Refused) as refusal:
        dry_run(kube, named(kube, "invalid", **spec))
    assert field in str(refusal.value)


@pytest.mark.parametrize("name", ["a" * 31, "9lives", "with.dot"])
def test_a_name_that_no_service_can_have_is_refused(kube: Kube, name: str) -> None:
    with pytest.raises(Refused, match=r"metadata\.name"):
        dry_run(kube, named(kube, name))


def test_a_name_of_thirty_characters_is_accepted(kube: Kube) -> None:
    dry_run(kube, named(kube, "a" * 30))


@pytest.mark.parametrize("change", CHANGED)
def test_is_refused_after_creation(kube: Kube, platform: PlatformUnderTest, change: str) -> None:
    postgres, field = CHANGED[change]
    with pytest.raises(Refused) as refusal:
        dry_run(kube, platform.manifest(postgres=postgres))
    assert field in str(refusal.value)


def test_storage_may_grow(kube: Kube, platform: PlatformUnderTest) -> None:
    dry_run(kube, platform.manifest(postgres={"storage": {"size": "3Gi"}}))
