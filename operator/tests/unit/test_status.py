"""From observed objects to `status`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from edu_operator import status, values
from edu_operator.observe import Observed
from edu_operator.status import Findings, Problem
from edu_operator.types import Object, Platform

MakePlatform = Callable[..., Platform]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 13, tzinfo=UTC)
SPEC = {"frontend": {"enabled": False}, "redis": {"provider": "none"}, "seed": {"enabled": False}}


def deployment(name: str, *, ready: int = 1, seen: int = 1) -> Object:
    return {
        "kind": "Deployment",
        "metadata": {"namespace": "edu", "name": f"demo-{name}", "generation": 1},
        "spec": {"replicas": 1, "template": {"metadata": {}, "spec": {"containers": [{"image": "i:1"}]}}},
        "status": {"observedGeneration": seen, "updatedReplicas": 1, "replicas": 1, "readyReplicas": ready},
    }


def pod(part: str, **container: Any) -> Object:
    state: Object = {"image": "i:1", "restartCount": 0, "ready": False, "state": {}, **container}
    labels = {"app.kubernetes.io/instance": f"demo-{part}"}
    meta = {"namespace": "edu", "name": f"demo-{part}-1", "labels": labels}
    return {"kind": "Pod", "metadata": meta, "status": {"containerStatuses": [state]}}


def healthy() -> tuple[Observed, Findings]:
    findings = Findings(databases=dict.fromkeys(values.PORTS))
    findings.migrations = {name: {"service": name, "state": "Succeeded"} for name in values.PORTS}
    return Observed([deployment(name) for name in values.PORTS]), findings


def condition(built: Object, kind: str) -> Object:
    return next(item for item in built["conditions"] if item["type"] == kind)


class TestReady:
    def test_is_false_while_one_service_rolls_out(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        observed.put(deployment("course", ready=0))
        built = status.build(platform(SPEC), observed, findings, NOW)
        assert condition(built, "Ready")["status"] == "False"
        assert "course" in condition(built, "Ready")["message"]
        assert (built["phase"], built["servicesReady"]) == ("Provisioning", "4/5")

    def test_is_false_while_a_deployment_has_not_heard_of_its_new_spec(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        observed.put(deployment("course", seen=0))
        assert condition(status.build(platform(SPEC), observed, findings, NOW), "Ready")["status"] == "False"

    def test_is_false_while_a_database_is_down(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        findings.databases["payment"] = Problem("postgres-payment", "CredentialsLost", "the Secret is lost")
        built = status.build(platform(SPEC), observed, findings, NOW)
        assert condition(built, "Ready")["reason"] == "CredentialsLost"
        assert built["databasesReady"] == "4/5"

    def test_is_false_until_seeded_where_seeding_is_wanted(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        built = status.build(platform({**SPEC, "seed": {"enabled": True}}), observed, findings, NOW)
        assert (condition(built, "Ready")["status"], built["phase"]) == ("False", "Seeding")

    def test_is_true_when_everything_is_there_and_speaks_of_this_generation(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        built = status.build(platform(SPEC), observed, findings, NOW)
        assert (condition(built, "Ready")["status"], built["phase"]) == ("True", "Ready")
        assert built["observedGeneration"] == 3

    def test_needs_the_builtin_redis(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        without = status.build(platform({**SPEC, "redis": {"provider": "builtin"}}), observed, findings, NOW)
        assert "redis" in condition(without, "Ready")["message"]
        observed.put(deployment("redis"))
        assert (
            condition(status.build(platform({**SPEC, "redis": {}}), observed, findings, NOW), "Ready")["status"]
            == "True"
        )

    def test_does_not_need_monitoring_but_tells_what_is_wrong_with_it(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        missing: Object = {"state": {"waiting": {"reason": "ErrImagePull"}}, "image": "grafana/grafana:1"}
        observed.put(pod("monitoring", **missing))
        built = status.build(platform(SPEC), observed, findings, NOW)
        assert condition(built, "Ready")["status"] == "True"
        assert condition(built, "Degraded")["message"] == "monitoring: ImagePullBackOff, image grafana/grafana:1"

    def test_of_a_suspended_platform_is_false(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        built = status.build(platform({**SPEC, "suspended": True}), observed, findings, NOW)
        assert (condition(built, "Ready")["reason"], built["phase"]) == ("Suspended", "Suspended")


class TestDegraded:
    def test_names_the_service_and_the_reason_of_its_pod(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        observed.put(pod("course", state={"waiting": {"reason": "ErrImagePull"}}))
        found = condition(status.build(platform(SPEC), observed, findings, NOW), "Degraded")
        assert (found["status"], found["reason"]) == ("True", "ImagePullBackOff")
        assert found["message"].startswith("course:")

    def test_is_the_same_while_a_container_crashes_and_comes_again(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        crashed: Object = {"restartCount": 3, "lastState": {"terminated": {}}}
        observed.put(pod("course", state={"waiting": {"reason": "CrashLoopBackOff"}}, **crashed))
        waiting = status.build(platform(SPEC), observed, findings, NOW)
        observed.put(pod("course", state={"running": {}}, **crashed))
        assert condition(waiting, "Degraded") == condition(
            status.build(platform(SPEC), observed, findings, NOW), "Degraded"
        )

    def test_forgets_crashes_of_a_container_that_is_ready(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        observed.put(pod("course", ready=True, restartCount=3, lastState={"terminated": {}}, state={"running": {}}))
        built = status.build(platform(SPEC), observed, findings, NOW)
        assert condition(built, "Degraded")["status"] == "False"

    def test_names_a_job_that_no_node_has_room_for(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        waiting = pod("seed")
        reason = {"type": "PodScheduled", "reason": "Unschedulable", "message": "1 Insufficient cpu"}
        waiting["status"] = {"conditions": [reason]}
        observed.put(waiting)
        found = condition(status.build(platform(SPEC), observed, findings, NOW), "Degraded")
        assert (found["reason"], found["message"]) == ("Unschedulable", "seed: 1 Insufficient cpu")

    def test_names_a_failed_migration(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        findings.migrations["course"] = {"service": "course", "state": "Failed", "message": "no such column"}
        found = condition(status.build(platform(SPEC), observed, findings, NOW), "Migrated")
        assert (found["status"], found["message"]) == ("False", "course: no such column")


class TestServices:
    def test_tell_the_connections_in_use_during_the_last_load_test(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        findings.load_test = {"state": "Running", "token": "1", "peakConnections": {"course": 17}}
        built = status.build(platform(SPEC), observed, findings, NOW)
        assert {it["name"]: it.get("peakConnections") for it in built["services"]}["course"] == 17
        assert "peakConnections" not in built["services"][0]


class TestTransitionTime:
    def test_stays_while_the_status_stays(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        first = status.build(platform(SPEC), observed, findings, NOW)
        assert status.build(platform(SPEC, first), observed, findings, LATER) == first

    def test_moves_when_the_status_changes(self, platform: MakePlatform) -> None:
        observed, findings = healthy()
        first = status.build(platform(SPEC), observed, findings, NOW)
        observed.put(deployment("course", ready=0))
        second = status.build(platform(SPEC, first), observed, findings, LATER)
        assert condition(second, "Ready")["lastTransitionTime"] == "2026-11-20T13:00:00Z"
        assert condition(second, "Migrated")["lastTransitionTime"] == "2026-11-20T12:00:00Z"


class TestHistory:
    def test_keeps_five_runs_the_newest_first(self) -> None:
        findings = Findings()
        for number in range(8):
            findings.load_test = {"token": str(number), "operations": {"GET /": {"p99Ms": 12}}}
            findings.archive_load_test()
        assert findings.history == [{"token": token} for token in ("7", "6", "5", "4", "3")]
