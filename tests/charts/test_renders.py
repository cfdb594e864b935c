"""The rendered charts: compared with golden files, reproducible, valid under the restricted Pod Security Standard.

UPDATE_GOLDEN=1 writes the golden files again.
"""

import os
import re

import pytest
import yaml

from helm import CASES, CHARTS, GOLDEN, Object, case, helm, objects, pod_specs, render

CHANGING = re.compile(
    r"\b(lookup|randAlphaNum|randAlpha|randNumeric|randAscii|randBytes|now|genCA|uuidv4)\b|helm\.sh/hook"
)


def containers() -> list[tuple[str, Object]]:
    return [(name, container) for name in CASES for pod in pod_specs(name) for container in pod["containers"]]


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    rendered = render(name)
    golden = GOLDEN / f"{name}.yaml"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(rendered)
    assert rendered == golden.read_text(), "run with UPDATE_GOLDEN=1 when the change is meant, and look at the diff"


def test_no_golden_file_is_left_over() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.yaml")) == CASES


@pytest.mark.parametrize("name", CASES)
def test_lint(name: str) -> None:
    _, chart, *rest = case(name)
    done = helm("lint", "--strict", chart, *rest)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", CASES)
def test_an_upgrade_renders_the_same_bytes(name: str) -> None:
    assert render(name, "--is-upgrade", "--kube-version", "1.34.0") == render(name)


def test_nothing_that_changes_from_render_to_render() -> None:
    sources = [path for kind in ("*.yaml", "*.tpl") for path in CHARTS.glob(f"*/templates/{kind}")]
    code = {path: "".join(re.findall(r"\{\{.*?\}\}", path.read_text(), re.DOTALL)) for path in sources}
    found = {str(path): match[0] for path, text in code.items() if (match := CHANGING.search(text))}
    assert found == {}
    assert not [path for path in sources if "helm.sh/hook" in path.read_text()]


@pytest.mark.parametrize("name", CASES)
def test_pods_are_restricted(name: str) -> None:
    for pod in pod_specs(name):
        security = pod["securityContext"]
        assert security["runAsNonRoot"] is True
        assert security["runAsUser"] > 0
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)


def test_containers_are_restricted() -> None:
    for name, container in containers():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert {"name": "tmp", "mountPath": "/tmp"} in container["volumeMounts"], name  # noqa: S108 - in the pod
        assert "memory" in container["resources"]["limits"], name
        assert "cpu" in container["resources"]["requests"], name


def test_only_those_who_ask_the_api_server_have_a_token() -> None:
    with_token = {name for name in CASES for pod in pod_specs(name) if pod["automountServiceAccountToken"]}
    assert {name.partition(".")[0] for name in with_token} == {"eduplatform-operator", "monitoring"}


@pytest.mark.parametrize("name", CASES)
def test_every_pod_has_a_policy_both_ways(name: str) -> None:
    policies = [source["spec"] for source in objects(name) if source["kind"] == "NetworkPolicy"]
    pods = [source["spec"]["template"] for source in objects(name) if "template" in source.get("spec", {})]
    for pod in pods:
        matching = [
            policy
            for policy in policies
            if policy["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
        ]
        assert [policy["policyTypes"] for policy in matching] == [["Ingress", "Egress"]]


def test_no_wildcard_in_a_role() -> None:
    roles = [source for name in CASES for source in objects(name) if source["kind"] in {"Role", "ClusterRole"}]
    assert roles
    for role in roles:
        assert role["kind"] == "Role"
        assert "*" not in str(role["rules"])


def test_the_definition_outlives_its_release() -> None:
    done = helm("template", "crds", str(CHARTS / "eduplatform-crds"))
    assert done.returncode == 0, done.stderr
    (definition,) = yaml.safe_load_all(done.stdout)
    assert definition["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_every_chart_is_rendered() -> None:
    charts = {path.parent.name for path in CHARTS.glob("*/Chart.yaml")}
    assert charts - {name.partition(".")[0] for name in CASES} == {"edu-lib", "eduplatform-crds"}
