"""Beyond the numbered promises: the components around the services, and the profile that omits them."""

import urllib.request

import pytest

from cluster.kube import Kube, PlatformUnderTest, eventually, run
from edu_topology import SERVICES

SECONDS = 120


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
    up = dict.fromkeys((*SERVICES, "eduplatform-operator"), 1.0)
    eventually(lambda: platform.series("up{job='eduplatform'}", "component") == up, SECONDS, "every process scraped")
    turns = lambda: platform.series("eduplatform_reconcile_total", "result").get("ok", 0) > 0  # noqa: E731
    eventually(turns, SECONDS, "the figures of the operator, which runs in another namespace")
    pools = dict.fromkeys(SERVICES, 10.0)
    eventually(lambda: platform.series("db_pool_size", "service") == pools, SECONDS, "the size of every pool")


def test_prometheus_judges_by_the_alert_rules(platform: PlatformUnderTest) -> None:
    groups = eventually(lambda: platform.prometheus("rules")["groups"], SECONDS, "the alert rules")
    rules = [rule for group in groups for rule in group["rules"]]
    eventually(
        lambda: {rule["health"] for rule in platform.prometheus("rules")["groups"][0]["rules"]} == {"ok"},
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
