"""The values passed to the charts."""

import json
import re
import subprocess
from collections.abc import Callable
from functools import partial

import pytest

from edu_operator import values
from edu_operator.types import Object, Platform
from edu_operator.values import Release
from helm import CHARTS

MakePlatform = Callable[..., Platform]

OPERATOR = {"namespace": "edu-system", "service": "operator-metrics"}
service = partial(values.service, credentials="hash")


class TestPool:
    def test_is_what_the_spec_says(self, platform: MakePlatform) -> None:
        made = platform({"services": {"course": {"dbPoolSize": 7, "poolMaxOverflow": 2}}})
        assert service(made, "course").values["pool"] == {"size": 7, "maxOverflow": 2}

    def test_of_the_baseline_is_five_whatever_the_spec_says(self, platform: MakePlatform) -> None:
        made = platform({"profile": "baseline", "services": {"course": {"dbPoolSize": 50}}})
        assert service(made, "course").values["pool"] == {"size": 5, "maxOverflow": 0}

    def test_of_one_service_leaves_the_others_as_they_are(self, platform: MakePlatform) -> None:
        before, after = platform(), platform({"services": {"course": {"dbPoolSize": 12}}})
        changed = [name for name in values.PORTS if service(before, name).digest != service(after, name).digest]
        assert changed == ["course"]


class TestStrategies:
    def test_of_the_standard_profile_are_the_spec_s(self, platform: MakePlatform) -> None:
        settings = service(platform({"services": {"course": {"search": "ilike"}}}), "course").values["settings"]
        assert (settings["SEARCH"], settings["CACHE"]) == ("ilike", "redis")

    def test_of_the_baseline_are_those_of_the_first_release(self, platform: MakePlatform) -> None:
        settings = service(platform({"profile": "baseline"}), "course").values["settings"]
        assert (settings["SEARCH"], settings["CACHE"]) == ("ilike", "none")


class TestRedis:
    def test_is_known_to_every_service_where_there_is_one(self, platform: MakePlatform) -> None:
        external = {"provider": "external", "secretRef": {"name": "mine"}}
        for redis, secret in (({"provider": "none"}, ""), ({}, "demo-redis"), (external, "mine")):
            made = platform({"redis": redis})
            secrets = {service(made, name).values["redis"]["secretName"] for name in values.PORTS}
            assert secrets == {secret}

    def test_serves_what_the_spec_says(self, platform: MakePlatform) -> None:
        spec: Object = {"redis": {"provider": "builtin"}, "events": {"transport": "redis"}}
        made = platform({**spec, "services": {"course": {"cache": "redis"}}})
        settings = {name: service(made, name).values["settings"] for name in values.PORTS}
        assert settings["course"]["CACHE"] == "redis"
        assert {service["EVENT_TRANSPORT"] for service in settings.values()} == {"redis"}

    def test_serves_the_cache_alone_where_nothing_is_said(self, platform: MakePlatform) -> None:
        settings = service(platform(), "course").values["settings"]
        assert (settings["CACHE"], settings["EVENT_TRANSPORT"]) == ("redis", "http")


class TestPublicUrl:
    def test_has_a_port_only_where_one_is_given(self, platform: MakePlatform) -> None:
        assert values.public_url(platform({"exposure": {"host": "h"}})) == "http://h"
        assert values.public_url(platform({"exposure": {"host": "h", "port": 8080}})) == "http://h:8080"

    def test_is_https_with_a_certificate(self, platform: MakePlatform) -> None:
        exposure = {"host": "h", "tls": {"secretName": "cert"}}
        assert values.public_url(platform({"exposure": exposure})) == "https://h"


class TestImages:
    def test_have_the_platform_s_tag(self, platform: MakePlatform) -> None:
        image = service(platform({"image": {"tag": "9.9.9"}}), "payment").values["image"]
        assert (image["repository"], image["tag"], image["reference"]) == ("edu-payment", "9.9.9", "")

    def test_give_way_to_a_reference_of_the_service(self, platform: MakePlatform) -> None:
        made = platform({"services": {"course": {"image": "somewhere/else:1"}}})
        assert service(made, "course").values["image"]["reference"] == "somewhere/else:1"


class TestDatabases:
    def test_of_somebody_else_are_found_by_their_secrets(self, platform: MakePlatform) -> None:
        external = {name: {"secretRef": {"name": f"my-{name}"}} for name in values.PORTS}
        made = platform({"postgres": {"provider": "external", "external": external}})
        assert service(made, "course").values["database"]["secretName"] == "my-course"

    def test_of_somebody_else_are_looked_up_by_name(self, platform: MakePlatform) -> None:
        external = {name: {"secretRef": {"name": f"my-{name}"}} for name in values.PORTS}
        redis = {"provider": "external", "secretRef": {"name": "mine"}}
        made = platform({"postgres": {"provider": "external", "external": external}, "redis": redis})
        assert values.external_secrets(made) == {"mine", *(f"my-{name}" for name in values.PORTS)}
        assert values.external_secrets(platform()) == set()


JOB: Object = {"metadata": {"name": "demo-seed"}}


class TestJobs:
    def test_have_the_same_name_for_the_same_inputs(self) -> None:
        assert values.named_by(JOB, ["small", ""]) == values.named_by(JOB, ["small", ""])

    def test_have_another_name_for_another_token(self) -> None:
        assert values.named_by(JOB, ["small", "1"]) != values.named_by(JOB, ["small", "2"])


class TestFrontend:
    def test_knows_the_pages_that_are_given(self, platform: MakePlatform) -> None:
        spec: Object = {"links": {"help": "https://example.org/help"}, "supportEmail": "help@example.org"}
        settings = values.frontend(platform({"frontend": spec})).values["settings"]
        assert settings.pop("PUBLIC_URL")
        assert settings == {"HELP_URL": "https://example.org/help", "SUPPORT_EMAIL": "help@example.org"}

    @pytest.mark.parametrize(
        ("path", "good", "bad"),
        [
            (
                ("links", "properties", "about"),
                ["", "https://example.org", "http://a.example.org:8080/x?y#z"],
                ["example.org", "ftp://example.org", "https://localhost", "https://a.org/x y", "https://u@a.org"],
            ),
            (
                ("supportEmail",),
                ["", "a.b+c@example.org"],
                ["a", "a@b", "a..b@example.org", "<a@example.org>", "a@b.c d"],
            ),
        ],
    )
    def test_only_what_it_can_read_is_admitted(
        self, spec_schema: Object, path: tuple[str, ...], good: list[str], bad: list[str]
    ) -> None:
        """The front end does not start with a value that `lib/env.ts` rejects."""
        field = spec_schema["properties"]["frontend"]["properties"]
        for name in path:
            field = field[name]
        (rule,) = field["x-kubernetes-validations"]
        pattern = rule["rule"].removeprefix("self.matches('").removesuffix("')").replace("[:space:]", r"\s")
        assert [value for value in (*good, *bad) if re.fullmatch(pattern, value)] == good


class TestMetrics:
    def test_each_process_has_an_address_of_its_own(self, platform: MakePlatform) -> None:
        made = platform({"services": {"course": {"workers": 2}}})
        assert values.metrics(made, "course") == ["demo-course-metrics:9101", "demo-course-metrics:9102"]


class TestMeasuredHash:
    def test_changes_with_a_pool_size(self, platform: MakePlatform) -> None:
        changed = platform({"services": {"course": {"dbPoolSize": 12}}})
        assert values.measured_hash(platform()) != values.measured_hash(changed)

    def test_does_not_change_with_what_is_not_measured(self, platform: MakePlatform) -> None:
        assert values.measured_hash(platform()) == values.measured_hash(platform({"monitoring": {"grafana": "none"}}))


RELEASES: dict[str, Callable[[Platform], Release]] = {
    "redis": partial(values.redis, credentials="hash"),
    "frontend": values.frontend,
    "exposure": values.exposure,
    "seed": values.seed,
    "loadtest": values.load_test,
    "monitoring": partial(values.monitoring, pod_monitor=True, operator=OPERATOR),
    "postgres": partial(values.postgres, service_name="course"),
    **{name: partial(service, name=name) for name in values.PORTS},
}


@pytest.mark.parametrize("chart", RELEASES)
def test_charts_take_what_they_are_given(platform: MakePlatform, helm: str, chart: str) -> None:
    """Their schemas are closed: a value that a chart does not know is rejected."""
    release = RELEASES[chart](platform({"redis": {"provider": "builtin"}}))
    command = [helm, "template", release.name, str(CHARTS / release.chart), "--values", "-"]
    source = json.dumps(release.values)
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    assert 'eduplatform.dev/name: "demo"' in done.stdout
