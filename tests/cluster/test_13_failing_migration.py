"""When a migration fails, the existing pods stay."""

from cluster.kube import PlatformUnderTest, eventually

SECONDS = 180
CANNOT_MIGRATE = "postgres:17"


def test_the_old_pods_serve(platform: PlatformUnderTest) -> None:
    pods = {pod["metadata"]["uid"] for pod in platform.pods("course")}
    with platform.visited("course", "/api/course/courses?limit=1") as counts:
        platform.apply(services={"course": {"image": CANNOT_MIGRATE}}, migrations={"backoffLimit": 0})
        failed = lambda: platform.condition("Migrated").get("reason") == "MigrationFailed"  # noqa: E731
        eventually(failed, SECONDS, "the failed migration in the status")
        assert "course" in platform.condition("Migrated")["message"]
    assert counts["failed"] == 0
    assert pods <= {pod["metadata"]["uid"] for pod in platform.pods("course")}
    platform.apply()
    platform.wait_ready()
