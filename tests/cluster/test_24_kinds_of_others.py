"""Beyond the numbered promises: kinds of other projects, used where the API server has them."""

import pytest

from cluster.kube import Kube, Object, PlatformUnderTest, eventually
from helm import go_module

SECONDS = 120
GATEWAY = {"type": "Gateway", "host": "edu.test", "gatewayRef": {"name": "gateway", "namespace": "gateways"}}
PLAIN: Object = {"grafana": "none"}


@pytest.fixture(scope="module", autouse=True)
def _definitions(kube: Kube, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Return definitions of PodMonitor and HTTPRoute, without the controllers that reconcile them."""
    folder = tmp_path_factory.mktemp("definitions")
    operator = go_module("github.com/prometheus-operator/prometheus-operator@v0.85.0", folder)
    gateway = go_module("sigs.k8s.io/gateway-api@v1.4.0", folder)
    kube.define(f"{operator}/example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml")
    kube.define(f"{gateway}/config/crd/standard/gateway.networking.k8s.io_httproutes.yaml")


def test_a_pod_monitor_comes_with_its_definition_and_goes_when_it_is_not_wanted(platform: PlatformUnderTest) -> None:
    eventually(lambda: platform.child("podmonitor", "monitoring"), SECONDS, "a PodMonitor")
    platform.apply(monitoring={**PLAIN, "serviceMonitor": "Disabled"})
    eventually(lambda: platform.child("podmonitor", "monitoring") is None, SECONDS, "no PodMonitor")


def test_an_http_route_takes_the_place_of_the_ingress(platform: PlatformUnderTest) -> None:
    platform.apply(exposure=GATEWAY)
    route = eventually(lambda: platform.child("httproute", "exposure"), SECONDS, "an HTTPRoute")
    assert route["spec"]["hostnames"] == ["edu.test"]
    assert route["spec"]["parentRefs"][0]["name"] == "gateway"
    eventually(lambda: platform.child("ingress", "exposure") is None, SECONDS, "no Ingress")
    platform.apply()
    eventually(lambda: platform.child("ingress", "exposure"), SECONDS, "the Ingress again")
    assert platform.child("httproute", "exposure") is None


def test_dashboards_are_labelled_as_asked(platform: PlatformUnderTest) -> None:
    platform.apply(monitoring={**PLAIN, "dashboards": {"labels": {"team": "learning"}}})

    def labels() -> Object:
        found = platform.child("configmap", "monitoring-edu-overview")
        return found["metadata"]["labels"] if found else {}

    eventually(lambda: labels().get("team") == "learning", SECONDS, "the label on the dashboards")
