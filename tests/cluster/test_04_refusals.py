"""What the API server rejects: a valid platform with one change."""

import json
from typing import Any

import pytest

from cluster.conftest import NAMESPACE
from cluster.kube import Kube, Object, PlatformUnderTest, Refused

EXTERNAL: Object = {name: {"secretRef": {"name": "s"}} for name in ("identity", "course", "enrollment", "payment")}

HOST = "a host name in lower case without scheme"
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
    "link that is no URL": ({"frontend": {"links": {"help": "example.org"}}}, "spec.frontend.links.help"),
    "support by no address": ({"frontend": {"supportEmail": "the office"}}, "spec.frontend.supportEmail"),
    "host with a scheme": ({"exposure": {"host": "https://edu.test"}}, HOST),
    "host with a port": ({"exposure": {"host": "edu.test:8080"}}, HOST),
    "host with a space": ({"exposure": {"host": "edu test"}}, HOST),
    "host with capitals": ({"exposure": {"host": "Edu.test"}}, HOST),
    "host with a wildcard": ({"exposure": {"host": "*.edu.test"}}, HOST),
    "host that is an address": ({"exposure": {"host": "10.0.0.1"}}, HOST),
    "host that brings a document": ({"exposure": {"host": "edu.test\n---\nkind: RoleBinding"}}, HOST),
    "host that ends in a line break": ({"exposure": {"host": "edu.test\n"}}, HOST),
    "host label of 64 characters": ({"exposure": {"host": f"{'a' * 64}.test"}}, HOST),
    "tag with a space": ({"image": {"tag": "0.2.0 beta"}}, "spec.image.tag"),
    "tag with a line break": ({"image": {"tag": "0.2.0\nargs: [x]"}}, "spec.image.tag"),
    "registry with a scheme": ({"image": {"registry": "https://registry.test/edu"}}, "spec.image.registry"),
    "image with a line break": ({"services": {"course": {"image": "a\nb"}}}, "spec.services.course.image"),
    "secret that no one can have": ({"exposure": {"tls": {"secretName": "my_tls"}}}, "spec.exposure.tls.secretName"),
    "class with a space": ({"exposure": {"className": "my class"}}, "spec.exposure.className"),
    "version without the collation": ({"postgres": {"version": "16"}}, "17 or 18"),
    "version of the future": ({"postgres": {"version": "99"}}, "17 or 18"),
    "storage of nothing": ({"postgres": {"storage": {"size": "0"}}}, "at least 256Mi"),
    "endless load test": ({"loadTest": {"duration": "99999h"}}, "at most 24h"),
    "few users by default spawn rate": ({"loadTest": {"users": 5}}, "it is 10 where it is not set"),
    "resource that there is not": (
        {"services": {"course": {"resources": {"requests": {"ram": "1Gi"}}}}},
        "resources are cpu, memory",
    ),
    "request over the default limit": (
        {"services": {"course": {"resources": {"requests": {"memory": "512Mi"}}}}},
        "which are memory: 384Mi where they are not set",
    ),
    "variable set twice": (
        {"services": {"course": {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}}},
        "spec.services.course.env",
    ),
    "variable of the operator": (
        {"services": {"course": {"env": [{"name": "DATABASE_URL", "value": "x"}]}}},
        "spec.services.course.env",
    ),
    "label that is none": (
        {"monitoring": {"grafana": "none", "dashboards": {"labels": {"team": "a b"}}}},
        "spec.monitoring.dashboards.labels",
    ),
}
ACCEPTED: dict[str, Object] = {
    "a host of one label": {"exposure": {"host": "localhost"}},
    "a host in punycode": {"exposure": {"host": "xn--e1afmkfd.xn--p1ai"}},
    "an image by digest": {"services": {"course": {"image": f"r.test:5000/edu/course:1@sha256:{'0' * 64}"}}},
    "a registry with a port": {"image": {"registry": "localhost:5001/edu", "tag": "v1.0_rc-1"}},
    "whole cores": {
        "services": {"course": {"resources": {"requests": {"cpu": 1}, "limits": {"cpu": 2, "memory": "1Gi"}}}}
    },
    "a device": {"services": {"course": {"resources": {"requests": {"example.com/gpu": 1}}}}},
    "a load test of a day": {"loadTest": {"duration": "24h"}},
    "few users": {"loadTest": {"users": 5, "spawnRate": 5}},
    "a label with a prefix": {"monitoring": {"grafana": "none", "dashboards": {"labels": {"a.test/b": "C.1"}}}},
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


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_is_right_is_accepted(kube: Kube, case: str) -> None:
    dry_run(kube, named(kube, "valid", **ACCEPTED[case]))


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
