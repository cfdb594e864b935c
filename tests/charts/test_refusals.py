"""Values that the closed schemas reject, each with a message that names the field."""

import pytest

from helm import case, helm

REFUSED = [
    ("course.plain", "replica=2", "replica"),
    ("course.plain", "pool.sise=2", "sise"),
    ("course.plain", "pool.size=0", "size"),
    ("course.plain", "replicas=many", "replicas"),
    ("course.plain", "workers=9", "workers"),
    ("course.plain", "render=half", "render"),
    ("course.plain", "image.pullPolicy=Sometimes", "pullPolicy"),
    ("course.plain", "peers.identty=http://x", "identty"),
    ("course.plain", "peers.identity=localhost", "identity"),
    ("course.plain", "settings.lower=1", "lower"),
    ("course.plain", "resources.limits.memory=much", "memory"),
    ("course.plain", "database.secretName=", "database.secretName"),
    ("course.plain", "platformSecret.name=", "platformSecret.name"),
    ("postgres.plain", "maxConnections=1", "maxConnections"),
    ("postgres.plain", "storage.size=big", "size"),
    ("postgres.plain", "credentials.secretName=", "credentials.secretName"),
    ("redis.plain", "password=secret", "password"),
    ("exposure.ingress", "type=LoadBalancer", "type"),
    ("exposure.ingress", "services.mail.port=1", "mail"),
    ("exposure.ingress", "host=https://edu.test", "host"),
    ("exposure.ingress", "host=Edu.test", "host"),
    ("exposure.ingress", "host=edu.test\n---\nkind: RoleBinding", "host"),
    ("exposure.ingress", "tls.secretName=a\nb", "secretName"),
    ("course.plain", "image.tag=0.2.0 beta", "tag"),
    ("course.plain", "image.registry=https://registry.test", "registry"),
    ("course.plain", "image.reference=a\nb", "reference"),
    ("course.plain", "resources.limits.memory=1ki", "memory"),
    ("course.plain", "database.secretKey=a\nb", "secretKey"),
    ("redis.plain", "maxMemory=1mb\nb", "maxMemory"),
    ("exposure.gateway", "gatewayRef.name=", "gatewayRef.name"),
    ("monitoring.plain", "scrapeInterval=fast", "scrapeInterval"),
    ("seed.plain", "size=huge", "size"),
    ("loadtest.plain", "duration=forever", "duration"),
    ("eduplatform-operator.plain", "clusterWide=true", "clusterWide"),
    ("frontend.plain", "tag=1", "tag"),
]


@pytest.mark.parametrize(("name", "value", "field"), REFUSED)
def test_refused(name: str, value: str, field: str) -> None:
    done = helm("template", *case(name), "--set", value)
    assert done.returncode != 0
    assert field in done.stderr
