"""What becomes of Helm's output."""

from edu_operator.render import parse

POLICY = """
kind: NetworkPolicy
metadata: {name: p}
spec: {policyTypes: [Ingress, Egress], ingress: [], egress: [{}]}
---
"""


def test_rules_that_are_none_are_left_out() -> None:
    """Else each apply would write the policy anew."""
    (policy,) = parse(POLICY, "edu")
    assert policy["spec"] == {"policyTypes": ["Ingress", "Egress"], "egress": [{}]}


def test_every_object_is_in_the_namespace() -> None:
    assert [item["metadata"]["namespace"] for item in parse(POLICY, "edu")] == ["edu"]
