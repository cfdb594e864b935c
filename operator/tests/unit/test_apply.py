"""Field ownership, and what counts as drift."""

from collections.abc import Callable

import pytest

from edu_operator import apply
from edu_operator.types import API_VERSION, MANAGER, PLATFORM_LABEL, Object, Platform

MakePlatform = Callable[..., Platform]

OURS: Object = {"manager": MANAGER, "operation": "Apply", "fieldsV1": {"f:spec": {"f:replicas": {}}}}


def entry(fields: Object, manager: str = "kubectl-set", **more: str) -> Object:
    return {"manager": manager, "operation": "Update", "fieldsV1": fields, **more}


def live(*entries: Object) -> Object:
    return {"metadata": {"managedFields": [OURS, *entries]}}


CONTAINERS: Object = {"f:template": {"f:spec": {"f:containers": {}}}}


class TestForeign:
    def test_fields_of_the_spec_are_taken_over(self) -> None:
        edited = entry({"f:spec": CONTAINERS})
        assert list(apply.foreign(live(edited))) == [edited]

    def test_data_of_a_config_map_are_taken_over(self) -> None:
        edited = entry({"f:data": {"f:SEARCH": {}}})
        assert list(apply.foreign(live(edited))) == [edited]

    def test_replicas_that_an_autoscaler_set_are_left_alone(self) -> None:
        scaled = entry({"f:spec": {"f:replicas": {}}}, "kube-controller-manager", subresource="scale")
        assert list(apply.foreign(live(scaled))) == []

    def test_a_restart_asked_for_by_hand_is_left_alone(self) -> None:
        restarted = entry({"f:spec": {"f:template": {"f:metadata": {"f:annotations": {}}}}})
        assert list(apply.foreign(live(restarted))) == []

    def test_a_status_is_left_alone(self) -> None:
        assert list(apply.foreign(live(entry({"f:status": {}}, "kubelet", subresource="status")))) == []


class TestMerged:
    def test_fields_of_others_become_ours(self) -> None:
        edited, status = entry({"f:spec": CONTAINERS}), entry({"f:status": {}}, "kubelet", subresource="status")
        assert apply.merged(live(edited, status), [edited]) == [
            status,
            {**OURS, "fieldsV1": {"f:spec": {"f:replicas": {}, **CONTAINERS}}},
        ]


META: Object = {"uid": "u", "resourceVersion": "1", "generation": 4, "labels": {"a": "b"}}


class TestMark:
    def test_of_an_object_with_generations_does_not_change_with_its_status(self) -> None:
        later = {**META, "resourceVersion": "2"}
        assert apply.mark({"metadata": META}) == apply.mark({"metadata": later})

    def test_changes_with_the_spec_the_labels_the_owner_and_the_object(self) -> None:
        changes: list[Object] = [{"generation": 5}, {"labels": {}}, {"ownerReferences": [{}]}, {"uid": "v"}]
        marks = {apply.mark({"metadata": {**META, **change}}) for change in [{}, *changes]}
        assert len(marks) == len(changes) + 1


OURS_BY_LABELS: Object = {PLATFORM_LABEL: "demo", apply.MANAGED_BY_LABEL: MANAGER}
OWNER: Object = {"apiVersion": API_VERSION, "kind": "EduPlatform", "name": "demo", "uid": "u-1"}


def found(kind: str = "Ingress", **meta: Object | list[Object]) -> Object:
    return {"kind": kind, "metadata": {"name": "demo-exposure", "namespace": "edu", **meta}}


class TestIsOwned:
    @pytest.mark.parametrize(
        "item",
        [
            pytest.param(found(ownerReferences=[OWNER]), id="by its owner, its labels lost"),
            pytest.param(found(labels=OURS_BY_LABELS), id="by its labels, as what a platform before has left"),
            pytest.param(found("PersistentVolumeClaim", labels={PLATFORM_LABEL: "demo"}), id="claim of a StatefulSet"),
        ],
    )
    def test_what_the_platform_made(self, platform: MakePlatform, item: Object) -> None:
        assert apply.is_owned(item, platform())

    @pytest.mark.parametrize(
        "item",
        [
            pytest.param(found(), id="no labels"),
            pytest.param(found(labels={PLATFORM_LABEL: "demo"}), id="the label with which a Secret is watched"),
            pytest.param(found(labels={**OURS_BY_LABELS, apply.MANAGED_BY_LABEL: "Helm"}), id="chart by hand"),
            pytest.param(found(labels={**OURS_BY_LABELS, PLATFORM_LABEL: "demo-postgres"}), id="another platform"),
            pytest.param(found(ownerReferences=[{**OWNER, "uid": "u-2"}]), id="owner of the same name before"),
            pytest.param(found("PersistentVolumeClaim"), id="claim of another"),
        ],
    )
    def test_what_someone_else_made(self, platform: MakePlatform, item: Object) -> None:
        assert not apply.is_owned(item, platform())

    def test_its_error_has_a_remedy_that_works(self, platform: MakePlatform) -> None:
        message = str(apply.NotOwnedError(found(), platform()))
        labels = f"{PLATFORM_LABEL}=demo {apply.MANAGED_BY_LABEL}={MANAGER}"
        assert f"kubectl -n edu label --overwrite ingress demo-exposure {labels}" in message

    def test_another_platform_s_object_is_not_to_be_handed_over(self, platform: MakePlatform) -> None:
        message = str(apply.NotOwnedError(found(labels={**OURS_BY_LABELS, PLATFORM_LABEL: "dem"}), platform()))
        assert "belongs to the EduPlatform dem" in message
        assert "kubectl" not in message
