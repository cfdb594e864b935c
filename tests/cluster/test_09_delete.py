"""With Delete, nothing is left."""

from cluster.kube import ALONE, Kube, PlatformUnderTest, eventually

SECONDS = 120


def test_no_volume_and_no_password_is_left(kube: Kube, second: PlatformUnderTest) -> None:
    second.apply(**ALONE, postgres={"retentionPolicy": "Delete"})
    second.wait_ready()
    volumes = {claim["spec"]["volumeName"] for claim in second.children("pvc")}
    assert len(volumes) == 5
    kube.kubectl("delete", "eduplatform", "-n", second.namespace, second.name, f"--timeout={SECONDS}s")
    eventually(lambda: not second.children("pvc,secret"), SECONDS, "no claim and no Secret")

    def are_gone() -> bool:
        left = kube.kubectl("get", "pv", "-o", "jsonpath={.items[*].metadata.name}").split()
        return not volumes & set(left)

    eventually(are_gone, SECONDS, "no volume")
