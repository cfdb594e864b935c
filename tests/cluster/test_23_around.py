"""Beyond the numbered promises: what stands around the services, and the profile that takes it away."""

import json
import urllib.request

import pytest

from cluster.kube import SERVICES, Kube, Object, PlatformUnderTest, eventually, run

SECONDS = 120


def prometheus(platform: PlatformUnderTest, path: str) -> Object:
    service = f"/api/v1/namespaces/{platform.namespace}/services/{platform.name}-monitoring-prometheus:http"
    return json.loads(platform.kube.kubectl("get", "--raw", f"{service}/proxy/api/v1/{path}"))["data"]


def series(platform: PlatformUnderTest, query: str, label: str) -> dict[str, float]:
    """The values of the series that a query finds, by one of their labels."""
    found = prometheus(platform, f"query?query={query}")["result"]
    return {it["metric"][label]: float(it["value"][1]) for it in found}


def test_the_ingress_leads_to_the_front_end_and_every_service(kube: Kube, platform: PlatformUnderTest) -> None:
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    node = run("docker", "inspect", "--format", form, f"{kube.cluster}-control-plane").strip()

    def answers(path: str, word: bytes) -> bool:
        request = urllib.request.Request(f"http://{node}{path}", headers={"Host": "edu.test"})
        try:
            return word in urllib.request.urlopen(request, timeout=5).read()  # noqa: S310 - the same
        except OSError:
            return False

    pages = {"/": b"<html", **{f"/api/{service}/openapi.json": b'"openapi"' for service in SERVICES}}
    for page in pages.items():
        eventually(lambda it=page: answers(*it), SECONDS, f"an answer of {page[0]} through the ingress")


def test_prometheus_scrapes_every_process(platform: PlatformUnderTest) -> None:
    up = dict.fromkeys(SERVICES, 1.0)
    eventually(lambda: series(platform, "up{job='eduplatform'}", "component") == up, SECONDS, "every process scraped")
    pools = dict.fromkeys(SERVICES, 10.0)
    eventually(lambda: series(platform, "db_pool_size", "service") == pools, SECONDS, "the size of every pool")


def test_prometheus_judges_by_the_alert_rules(platform: PlatformUnderTest) -> None:
    groups = eventually(lambda: prometheus(platform, "rules")["groups"], SECONDS, "the alert rules")
    rules = [rule for group in groups for rule in group["rules"]]
    eventually(
        lambda: {rule["health"] for rule in prometheus(platform, "rules")["groups"][0]["rules"]} == {"ok"},
        SECONDS,
        "rules that were evaluated without an error",
    )
    assert "PoolSaturated" in {rule["name"] for rule in rules}


@pytest.mark.parametrize(("prefix", "answer"), [('REDISCLI_AUTH="$REDIS_PASSWORD"', "PONG"), ("", "NOAUTH")])
def test_redis_answers_whoever_knows_the_password(platform: PlatformUnderTest, prefix: str, answer: str) -> None:
    target = f"deployment/{platform.name}-redis"
    said = platform.kube.kubectl(
        "exec", "-n", platform.namespace, target, "--", "sh", "-c", f"{prefix} redis-cli ping 2>&1"
    )
    assert said.startswith(answer)


def test_the_baseline_brings_the_bottlenecks_back(platform: PlatformUnderTest) -> None:
    platform.apply(profile="baseline", services={"course": {"dbPoolSize": 12, "search": "fulltext"}})
    platform.wait_ready()
    pools = {it["name"]: it["poolSize"] for it in platform.status["services"] if "poolSize" in it}
    assert pools == dict.fromkeys(SERVICES, 5)
    course = platform.child("configmap", "course")
    assert course
    assert (course["data"]["SEARCH"], course["data"]["CACHE"]) == ("ilike", "none")
