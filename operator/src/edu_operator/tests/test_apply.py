"""Whose fields are whose, and what counts as drift."""

from edu_operator import apply
from edu_operator.types import MANAGER, Object

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
