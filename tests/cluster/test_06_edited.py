"""Manual edits are reverted."""

from cluster.kube import Object, PlatformUnderTest, eventually

SECONDS = 15


def environment(platform: PlatformUnderTest) -> dict[str, Object]:
    deployment = platform.child("deployment", "course")
    assert deployment
    return {item["name"]: item for item in deployment["spec"]["template"]["spec"]["containers"][0].get("env", [])}


def edit(platform: PlatformUnderTest, *change: str) -> None:
    platform.kube.kubectl("set", "env", "-n", platform.namespace, f"deployment/{platform.name}-course", *change)


def test_a_variable_that_was_added_goes(platform: PlatformUnderTest) -> None:
    before = environment(platform)
    edit(platform, "ADDED=1")
    eventually(lambda: environment(platform) == before, SECONDS, "the environment as it was")


def test_a_variable_that_was_taken_away_comes_back(platform: PlatformUnderTest) -> None:
    before = environment(platform)
    edit(platform, "PLATFORM_SECRET-")
    eventually(lambda: environment(platform) == before, SECONDS, "the environment as it was")


def test_settings_that_were_changed_are_put_back(platform: PlatformUnderTest) -> None:
    name = f"{platform.name}-course"
    patch = '{"data": {"SEARCH": "ilike", "ADDED": "1"}}'
    before = platform.child("configmap", "course")
    platform.kube.kubectl("patch", "configmap", "-n", platform.namespace, name, "--type=merge", "-p", patch)

    def is_as_before() -> bool:
        now = platform.child("configmap", "course")
        return bool(before and now and now["data"] == before["data"])

    eventually(is_as_before, SECONDS, "the settings as they were")


def test_replicas_that_were_changed_are_put_back(platform: PlatformUnderTest) -> None:
    target = f"deployment/{platform.name}-payment"
    platform.kube.kubectl("scale", "-n", platform.namespace, target, "--replicas=0")

    def is_one() -> bool:
        deployment = platform.child("deployment", "payment")
        return deployment is not None and deployment["spec"]["replicas"] == 1

    eventually(is_one, SECONDS, "one replica")
