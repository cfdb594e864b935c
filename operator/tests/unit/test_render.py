"""The objects parsed from Helm's output, whatever the values contain."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
import yaml

from edu_operator import values
from edu_operator.render import CHART_KINDS, RenderError, parse
from edu_operator.types import Object, Platform
from edu_operator.values import Release
from helm import CHARTS, GOLDEN

MakePlatform = Callable[..., Platform]

POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: demo-redis}
spec: {policyTypes: [Ingress, Egress], ingress: [], egress: [{}]}
---
"""
REDIS = Release("redis", "demo-redis", "edu", {})
MONITORING = Release("monitoring", "demo-monitoring", "edu", {})
INJECTED = "RoleBinding"
HOSTILE = f"""x
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {INJECTED}
metadata: {{name: demo-monitoring-prometheus}}
"""


def document(release: Release = REDIS, **changes: Any) -> str:
    item = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": release.name}, **changes}
    return yaml.safe_dump(item) + "---\n"


def test_rules_that_are_none_are_left_out() -> None:
    """Otherwise each apply would write the policy again."""
    (policy,) = parse(POLICY, REDIS)
    assert policy["spec"] == {"policyTypes": ["Ingress", "Egress"], "egress": [{}]}


def test_every_object_is_in_the_namespace() -> None:
    assert [item["metadata"]["namespace"] for item in parse(POLICY, REDIS)] == ["edu"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(document(kind="Secret"), id="kind of another chart"),
        pytest.param(document(kind="ClusterRoleBinding"), id="unknown kind"),
        pytest.param(document(apiVersion="v2"), id="API version"),
        pytest.param(document(metadata={"name": "other-redis"}), id="name of another platform"),
        pytest.param(document(metadata={"name": "demo-redissentinel"}), id="name that only begins alike"),
        pytest.param(document(metadata={"name": "demo-redis", "namespace": "kube-system"}), id="namespace"),
        pytest.param(document(metadata={"name": "demo-redis", "finalizers": ["a/b"]}), id="finalizer"),
        pytest.param(document(metadata={"name": "demo-redis", "ownerReferences": []}), id="owner"),
        pytest.param(document() + document(), id="twice"),
        pytest.param(document(metadata=None), id="no metadata"),
        pytest.param(document(kind=["Service"]), id="kind that is a list"),
        pytest.param("just text", id="no object"),
        pytest.param("a: [", id="no YAML"),
    ],
)
def test_what_the_chart_does_not_own_is_rejected(text: str) -> None:
    parse(document(), REDIS)
    with pytest.raises(RenderError, match="chart redis"):
        parse(text, REDIS)


def test_rights_are_prometheus_own_alone() -> None:
    role: Object = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role"}
    parse(document(MONITORING, **role, metadata={"name": "demo-monitoring-prometheus"}), MONITORING)
    with pytest.raises(RenderError, match="demo-monitoring-mine"):
        parse(document(MONITORING, **role, metadata={"name": "demo-monitoring-mine"}), MONITORING)


def test_every_kind_that_a_chart_renders_is_its_own_and_no_other() -> None:
    rendered: dict[str, set[str]] = defaultdict(set)
    for path in GOLDEN.glob("*.yaml"):
        chart = path.name.partition(".")[0]
        if chart in CHART_KINDS:
            objects = parse(path.read_text(), Release(chart, f"demo-{chart}", "charts-golden", {}))
            rendered[chart] |= {item["kind"] for item in objects}
    assert set(rendered) == set(CHART_KINDS)
    for chart, kinds in rendered.items():
        # Only one service's and the front end's autoscaled variants have a golden file.
        missing = CHART_KINDS[chart] - kinds
        assert missing <= {"HorizontalPodAutoscaler", "PodDisruptionBudget"}, chart


def releases(platform: Platform) -> list[Release]:
    return [
        *(values.service(platform, name, credentials="") for name in values.PORTS),
        values.postgres(platform, "course"),
        values.redis(platform, credentials=""),
        values.frontend(platform),
        values.exposure(platform),
        values.monitoring(platform, pod_monitor=True, operator={}),
        values.seed(platform),
        values.load_test(platform),
    ]


def with_every_string(part: Object, text: str) -> Any:
    """Return a value of the schema in which every freely chosen string is this text."""
    if "properties" in part:
        return {name: with_every_string(inner, text) for name, inner in part["properties"].items()}
    if part["type"] == "array":
        return [with_every_string(part["items"], text)]
    if part["type"] == "object":
        return {"cpu": text} if part.get("maxProperties") == 8 else {}
    if part["type"] != "string":
        return part.get("default", 1)
    return part["enum"][0] if "enum" in part else text


def shape(value: Any) -> Any:
    """Return the value without its text: its structure and names."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in cast("Object", value).items()}
    if isinstance(value, list):
        return [shape(inner) for inner in cast("list[Any]", value)]
    return type(value).__name__


def rendered(release: Release, helm: str) -> Iterator[Object]:
    """Render without the chart's schema, which would reject the text."""
    chart = str(CHARTS / release.chart)
    flags = ("--namespace", release.namespace, "--values", "-", "--skip-schema-validation")
    done = subprocess.run(  # noqa: S603 - our own words
        [helm, "template", release.name, chart, *flags],
        input=json.dumps(release.values),
        capture_output=True,
        text=True,
        check=True,
    )
    yield from parse(done.stdout, release)


@pytest.mark.parametrize("exposure", ["Ingress", "Gateway"])
def test_no_string_of_the_spec_leaves_its_place_in_a_manifest(
    platform: MakePlatform, spec_schema: Object, helm: str, exposure: str
) -> None:
    """The second line of defence, in case the CRD and the charts' schemas fail."""
    shapes: list[list[Any]] = []
    for text in ("harmless", HOSTILE):
        spec = with_every_string(spec_schema, text)
        spec["exposure"]["type"] = exposure
        shapes.append([shape(list(rendered(release, helm))) for release in releases(platform(spec))])
    assert shapes[0] == shapes[1]


RESOURCES: list[Object] = [
    {"requests": {"memory": "64Mi"}, "limits": {"cpu": "2"}},
    {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}},
    {"requests": {}, "limits": {}},
    {"requests": {"cpu": 1, "memory": "1Gi", "example.com/gpu": 1}, "limits": {"memory": "2Gi", "example.com/gpu": 1}},
]


@pytest.mark.parametrize("resources", RESOURCES)
def test_resources_of_the_spec_replace_the_chart_s(platform: MakePlatform, helm: str, resources: Object) -> None:
    made = platform({"services": {"course": {"resources": resources}}})
    objects = rendered(values.service(made, "course", credentials=""), helm)
    pods = [item["spec"]["template"]["spec"] for item in objects if item["kind"] in {"Deployment", "Job"}]
    assert len(pods) == 2
    assert [pod["containers"][0]["resources"] for pod in pods] == [resources, resources]


def test_resources_that_the_charts_set_are_all_known() -> None:
    for name in values.PORTS:
        chart = yaml.safe_load((CHARTS / name / "values.yaml").read_text())["resources"]
        assert {part: dict.fromkeys(amounts) for part, amounts in chart.items()} == values.DEFAULT_RESOURCES
