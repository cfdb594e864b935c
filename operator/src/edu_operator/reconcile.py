"""One turn: look at a platform, do what is missing, write down what was seen; from before it knows only `status`."""

from datetime import UTC, datetime

import structlog
from pydantic import ValidationError

from edu_operator import credentials, databases, jobs, metrics, results, rotation, status, storage, values
from edu_operator.api import Api, ApiError
from edu_operator.apply import Applier, NotOwnedError, Reference, adopted, is_owned
from edu_operator.events import tell
from edu_operator.observe import JOB_LABEL, Observed, instance, observe
from edu_operator.render import Renderer, RenderError
from edu_operator.settings import OperatorSettings
from edu_operator.status import NOT_OWNED, STARTING, Findings, Problem, missing_address
from edu_operator.types import Key, Object, Platform
from edu_operator.values import Release, digest

log = structlog.get_logger(__name__)

NEVER_PRUNED = {"Cluster", "PersistentVolumeClaim", "Pod", "Secret"}
HELD_BY = (ApiError, RenderError, NotOwnedError)
"""What keeps one release from being applied, and no other."""
SOON_SECONDS = 5.0
CREDENTIALS_DIGITS = 16
TERMINAL = {jobs.SUCCEEDED, jobs.FAILED, "Superseded", "AlreadySeeded"}


class Reconciler:
    def __init__(self, api: Api, settings: OperatorSettings) -> None:
        self._api = api
        self._renderer = Renderer(settings)
        self._applier = Applier(api)
        self._resync = settings.resync_seconds
        self._own_metrics = {"namespace": settings.metrics_namespace, "service": settings.metrics_service}

    async def __call__(self, key: Key) -> float | None:
        """Seconds until the next look; None when there is no such platform any more."""
        source = await self._api.get("EduPlatform", key.namespace, key.name)
        if source is None:
            self._applier.forget(key)
            _forget_conditions(key)
            return None
        try:
            platform = Platform.read({"kind": "EduPlatform", **source})
        except ValidationError as error:
            log.warning("the object does not fit this operator's version of the CRD", name=key.name, error=str(error))
            return self._resync
        observed = await observe(self._api, platform)
        turn = Turn(self._api, self._renderer, self._applier, platform, observed, self._own_metrics)
        if platform.deleting or platform.spec.suspended:
            turn.look()
        else:
            await turn.run()
        written = await self._write(platform, status.build(platform, observed, turn.findings, datetime.now(UTC)))
        return SOON_SECONDS if turn.findings.problems or not written else self._resync

    async def _write(self, platform: Platform, wanted: Object) -> bool:
        """False when the spec changed meanwhile: this status is about a spec that is no more."""
        _show_conditions(platform.key, wanted)
        if wanted == platform.status:
            return True
        target = {
            "kind": "EduPlatform",
            "metadata": {"namespace": platform.key.namespace, "name": platform.name},
        }
        steps = [
            {"op": "test", "path": "/metadata/uid", "value": platform.uid},
            {"op": "test", "path": "/metadata/generation", "value": platform.generation},
            {"op": "add", "path": "/status", "value": wanted},
        ]
        try:
            await self._api.json_patch(target, steps, subresource="/status")
        except ApiError as error:
            if error.status not in {404, 409, 422}:
                raise
            log.info("the status could not be written, looking again", error=str(error))
            return False
        return True


class Turn:
    """What is done for one platform, from its databases to its load test; `findings` is what came of it."""

    def __init__(
        self,
        api: Api,
        renderer: Renderer,
        applier: Applier,
        platform: Platform,
        observed: Observed,
        own_metrics: Object,
    ) -> None:
        self._api, self._renderer, self._applier = api, renderer, applier
        self._platform, self._observed = platform, observed
        self._own_metrics = own_metrics
        self._provider = databases.provider(platform, renderer)
        self._wanted: set[Reference] = set()
        self._held: set[str] = set()
        """Releases of which nothing is pruned, for what they should be made of is not known in this turn."""
        self._secrets_ready = True
        self.findings = Findings.of(platform.status)

    def look(self) -> None:
        for name in values.PORTS:
            self.findings.databases[name] = self._provider.problem(self._platform, name, self._observed)

    async def run(self) -> None:
        await self._shared_secrets()
        for name in values.PORTS:
            await self._database(name)
        await self._rotate()
        for name in values.PORTS:
            await self._service(name)
        for release in self._further_releases():
            await self._release(release)
        for part, work in (("seed", self._seed), ("loadtest", self._load_test)):
            try:
                await work()
            except HELD_BY as error:
                self._hold(self._platform.release(part), error)
        await self._prune()

    def _further_releases(self) -> list[Release]:
        spec = self._platform.spec
        asked = {"Auto": "PodMonitor" in self._observed.known, "Enabled": True, "Disabled": False}
        chosen = [
            *([self._redis()] if spec.redis.provider == "builtin" and self._secrets_ready else []),
            *([values.frontend(self._platform)] if spec.frontend.enabled else []),
        ]
        monitoring = values.monitoring(
            self._platform, pod_monitor=asked[spec.monitoring.service_monitor], operator=self._own_metrics
        )
        return [*chosen, values.exposure(self._platform), monitoring]

    def _redis(self) -> Release:
        address = self._address(values.redis_secret(self._platform))
        return values.redis(self._platform, credentials=digest(address, CREDENTIALS_DIGITS))

    # secrets and databases

    async def _shared_secrets(self) -> None:
        spec = self._platform.spec
        await self._secret_once(self._platform.release("platform"), credentials.platform_keys)
        if not spec.admin.password_secret_ref.name:
            await self._secret_once(self._platform.release("admin"), credentials.admin)
        if spec.redis.provider == "builtin":
            await self._secret_once(values.redis_secret(self._platform), credentials.redis)
        elif spec.redis.provider == "external" and not self._address(values.redis_secret(self._platform)):
            missing = missing_address("redis", "spec.redis", values.redis_secret(self._platform))
            self.findings.problems.append(missing)

    def _address(self, secret: str) -> str:
        return self._observed.address(self._platform, secret)

    async def _secret_once(self, name: str, make: credentials.Maker) -> None:
        try:
            if await self._find_owned("Secret", name) is None:
                await self._create(adopted(make(self._platform), self._platform))
        except NotOwnedError as error:
            self._secrets_ready = False
            self._hold(name, error)

    async def _database(self, name: str) -> None:
        """The credentials first, then what needs them."""
        release = self._platform.release(f"postgres-{name}")
        if self._platform.spec.postgres.provider != "external":
            try:
                lost = await self._database_secret(name)
            except NotOwnedError as error:
                lost = Problem(f"postgres-{name}", NOT_OWNED, f"postgres-{name}: {error}")
            if lost:
                self._held.add(release)
                self.findings.databases[name] = lost
                self.findings.problems.append(lost)
                return
        try:
            for item in await self._provider.objects(self._platform, name):
                if item["kind"] == "StatefulSet":
                    await self._grow(item)
                await self._apply(item)
        except HELD_BY as error:
            self._hold(release, error)
        problem = self._provider.problem(self._platform, name, self._observed)
        self.findings.databases[name] = problem
        if problem and problem.reason != STARTING:
            self.findings.problems.append(problem)

    def _volume(self, stateful_set: str) -> Object | None:
        return self._observed.find(self._platform, "PersistentVolumeClaim", f"data-{stateful_set}-0")

    async def _grow(self, stateful_set: Object) -> None:
        name = stateful_set["metadata"]["name"]
        live = await self._find_owned("StatefulSet", name)
        if live and await storage.grow(self._api, stateful_set, live, self._volume(name)):
            self._observed.drop(live)
            await tell(self._api, self._platform, "VolumeGrows", f"the volume of {name} is to grow")

    async def _database_secret(self, name: str) -> Problem | None:
        """A new password would not fit the data that a volume already holds."""
        secret_name = values.database_secret(self._platform, name)
        volume = None
        if self._platform.spec.postgres.provider == "builtin":
            volume = await self._find_owned(
                "PersistentVolumeClaim", f"data-{self._platform.release(f'postgres-{name}')}-0"
            )
        secret = await self._find_owned("Secret", secret_name)
        if secret is None and volume is not None:
            message = f"postgres-{name}: the volume is there, but the Secret {secret_name} is lost; restore it"
            return Problem(f"postgres-{name}", "CredentialsLost", message)
        if secret is None:
            made = adopted(credentials.database(self._platform, name), self._platform, owned=False)
            token = {rotation.TOKEN_ANNOTATION: self._platform.spec.postgres.password_rotation_token}
            secret = await self._create({**made, "metadata": {**made["metadata"], "annotations": token}})
        for kept in (secret, volume):
            if kept:
                await self._retain(kept)
        return None

    async def _retain(self, kept: Object) -> None:
        """Volumes and passwords belong to the platform only where they shall go with it."""
        owners = [] if self._retains_data() else [self._platform.owner]
        if kept["metadata"].get("ownerReferences", []) != owners:
            change = {"metadata": {"ownerReferences": owners or None}}
            self._observed.put({"kind": kept["kind"], **await self._api.merge(kept, change)})

    def _retains_data(self) -> bool:
        return self._platform.spec.postgres.retention_policy == "Retain"

    async def _rotate(self) -> None:
        wanted = self._platform.spec.postgres.password_rotation_token
        if not wanted or self._platform.spec.postgres.provider != "builtin":
            return
        for name in values.PORTS:
            secret = self._observed.find(self._platform, "Secret", values.database_secret(self._platform, name))
            if secret and rotation.token(secret) != wanted and self.findings.databases.get(name) is None:
                await self._rotate_one(name, secret)

    async def _rotate_one(self, name: str, secret: Object) -> None:
        try:
            self._observed.put(await rotation.rotate(self._api, self._platform, name, secret))
        except (OSError, TimeoutError, *rotation.DATABASE_ERRORS) as error:
            message = f"postgres-{name}: the password could not be rotated: {error}"[:400]
            self.findings.problems.append(Problem(f"postgres-{name}", "RotationFailed", message))
            return
        await tell(self._api, self._platform, "PasswordRotated", f"the database of {name} has a new password")

    # services

    async def _service(self, name: str) -> None:
        """The migration gates the pods: until it succeeded, what runs goes on running as it is."""
        named = (values.database_secret(self._platform, name), values.redis_secret(self._platform))
        addresses = [self._address(secret) for secret in named if secret]
        release = values.service(self._platform, name, credentials=digest(addresses, CREDENTIALS_DIGITS))
        if self.findings.databases.get(name) is not None or not all(addresses) or not self._secrets_ready:
            self._held.add(release.name)
            return
        try:
            if await self._migrate(name, release):
                await self._release(values.staged(release, "workload"))
            else:
                self._held.add(release.name)
        except HELD_BY as error:
            self._hold(release.name, error)

    async def _migrate(self, name: str, release: Release) -> bool:
        for item in await self._renderer.render(values.staged(release, "migration")):
            if item["kind"] != "Job":
                await self._apply(item)
                continue
            record = await self._job(item, "migrate", self.findings.migrations.get(name, {}))
            self.findings.migrations[name] = {"service": name, **results.migration_record(record)}
        record = self.findings.migrations[name]
        if record["state"] == jobs.FAILED:
            remedy = f"delete the Job {record['job']} to try again"
            message = f"{name}: the migration failed, the pods before it go on; {remedy}: {record.get('message', '')}"
            self.findings.problems.append(Problem(name, "MigrationFailed", message[:600]))
        return record["state"] == jobs.SUCCEEDED

    async def _job(self, job: Object, task: str, record: Object) -> Object:
        """What is known of a Job after making it, where it has not ended yet and is not there.

        A Job that succeeded is never made again, even when somebody deleted it; one that failed is.
        """
        name = job["metadata"]["name"]
        self._wanted.add(Reference.of(job))
        if record.get("job") == name and record["state"] in TERMINAL - {jobs.FAILED}:
            return record
        live = self._observed.find(self._platform, "Job", name)
        if live is None:
            live = await self._create(adopted(job, self._platform))
            await tell(self._api, self._platform, "JobStarted", f"{task}: Job {name}")
        outcome = jobs.state(live)
        if outcome == jobs.RUNNING:
            return {"job": name, "state": outcome}
        if record.get("job") == name and record["state"] == outcome:
            return record
        metrics.JOB_OUTCOMES.labels(task, outcome).inc()
        words = await self._last_words(name)
        if outcome == jobs.FAILED:
            message = jobs.explanation(live, words)
            await tell(self._api, self._platform, "JobFailed", f"{task}: Job {name}: {message}", "Warning")
            return {"job": name, "state": outcome, "message": message}
        return {"job": name, "state": outcome, "report": jobs.report(words)}

    async def _last_words(self, job: str) -> str:
        pods = await self._api.find_all("Pod", self._platform.key.namespace, f"{JOB_LABEL}={job}")
        return jobs.last_words(pods)

    # seed and load test

    async def _seed(self) -> None:
        spec = self._platform.spec.seed
        if not spec.enabled:
            return
        states = [self.findings.migrations.get(name, {}).get("state") for name in values.PORTS]
        if any(state != jobs.SUCCEEDED for state in states) or any(self.findings.databases.values()):
            self._held.add(self._platform.release("seed"))
            return
        for item in await self._renderer.render(values.seed(self._platform)):
            if item["kind"] != "Job":
                await self._apply(item)
                continue
            job = values.named_by(item, [spec.size, spec.run_token])
            self.findings.seed = results.seed_record(await self._job(job, "seed", self.findings.seed), spec.run_token)
        if self.findings.seed.get("state") == jobs.FAILED:
            message = f"seed: {self.findings.seed.get('message', '')}"
            self.findings.problems.append(Problem("seed", "SeedFailed", message[:600]))

    async def _load_test(self) -> None:
        """One run a token. It starts when the platform is as described, and ends early when that changes."""
        self._held.add(self._platform.release("loadtest"))
        if self.findings.load_test.get("state") == jobs.RUNNING:
            await self._watch_load_test()
        token = self._platform.spec.load_test.run_token
        run = self.findings.load_test
        if token and run.get("token") != token and run.get("state") != jobs.RUNNING and self._settled():
            await self._start_load_test(token)

    def _settled(self) -> bool:
        built = status.build(self._platform, self._observed, self.findings, datetime.now(UTC))
        return any(item["type"] == "Ready" and item["status"] == "True" for item in built["conditions"])

    async def _start_load_test(self, token: str) -> None:
        self.findings.archive_load_test()
        run: Object = {
            "state": jobs.RUNNING,
            "token": token,
            "specHash": values.measured_hash(self._platform),
            "startedAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "poolSizes": {name: values.pool(self._platform, name)["size"] for name in values.PORTS},
        }
        await self._delete_jobs("loadtest")
        for item in await self._renderer.render(values.load_test(self._platform)):
            if item["kind"] != "Job":
                await self._apply(item)
                continue
            job = values.named_by(item, [token])
            await self._create(adopted(job, self._platform))
            if item["metadata"]["name"].endswith("-master"):
                run["job"] = job["metadata"]["name"]
        await tell(self._api, self._platform, "LoadTestStarted", f"load test {token}")
        self.findings.load_test = run

    async def _watch_load_test(self) -> None:
        run = self.findings.load_test
        if run["specHash"] != values.measured_hash(self._platform):
            await self._end_load_test({"state": "Superseded", "message": "the platform changed during the run"})
            return
        job = self._observed.find(self._platform, "Job", run["job"])
        if job is None:
            await self._end_load_test({"state": jobs.FAILED, "message": "its Job was deleted"})
        elif jobs.state(job) != jobs.RUNNING:
            words = await self._last_words(run["job"])
            await self._end_load_test(results.load_test(self._platform, job, words))

    async def _end_load_test(self, result: Object) -> None:
        self.findings.load_test = {**self.findings.load_test, **result}
        metrics.JOB_OUTCOMES.labels("loadtest", result["state"]).inc()
        ended = result["state"] != "Superseded"
        await self._delete_jobs("loadtest", but=self.findings.load_test["job"] if ended else "")
        await tell(self._api, self._platform, "LoadTestEnded", f"load test: {result['state']}")

    async def _delete_jobs(self, part: str, but: str = "") -> None:
        for job in self._observed.all("Job"):
            ours = instance(job) == self._platform.release(part) and is_owned(job, self._platform)
            if ours and job["metadata"]["name"] != but:
                await self._api.delete(job)

    # objects

    async def _release(self, release: Release) -> None:
        try:
            for item in await self._renderer.render(release):
                await self._apply(item)
        except HELD_BY as error:
            self._hold(release.name, error)

    def _hold(self, release: str, error: Exception) -> None:
        """What cannot be applied now stays as it is, and the others go on."""
        self._held.add(release)
        reason = NOT_OWNED if isinstance(error, NotOwnedError) else "ApplyFailed"
        self.findings.problems.append(Problem(release, reason, f"{release}: {error}"[:600]))

    async def _find_owned(self, kind: str, name: str) -> Object | None:
        """Return the platform's object of this name, None where there is none.

        Raises:
            NotOwnedError: there is one, of someone else.
        """
        namespace = self._platform.key.namespace
        live = self._observed.find(self._platform, kind, name) or await self._api.get(kind, namespace, name)
        if live and not is_owned(live, self._platform):
            raise NotOwnedError(live, self._platform)
        return live

    async def _apply(self, item: Object) -> None:
        wanted = adopted(item, self._platform, owned=item["kind"] != "Cluster" or not self._retains_data())
        reference = Reference.of(wanted)
        self._wanted.add(reference)
        live = await self._find_owned(reference.kind, reference.name)
        outcome = await self._applier.apply(wanted, live)
        self._observed.put(outcome.live)
        if outcome.drifted:
            metrics.DRIFT_CORRECTIONS.labels(reference.kind).inc()
            await tell(self._api, self._platform, "DriftCorrected", f"put back {reference.kind} {reference.name}")

    async def _create(self, item: Object) -> Object:
        """The new object, or the one of this name that is there already."""
        try:
            made = await self._api.create(item)
        except ApiError as error:
            if error.status != 409:
                raise
            reference = Reference.of(item)
            found = await self._find_owned(reference.kind, reference.name)
            if found is None:
                raise
            made = found
        made = {"kind": item["kind"], **made}
        self._observed.put(made)
        return made

    async def _prune(self) -> None:
        """Delete what this platform owns and does not want any more."""
        for item in self._observed.everything():
            if self._unwanted(item):
                await self._api.delete(item)
                self._observed.drop(item)
                await tell(self._api, self._platform, "Pruned", f"deleted {item['kind']} {item['metadata']['name']}")

    def _unwanted(self, item: Object) -> bool:
        owned = any(owner["uid"] == self._platform.uid for owner in item["metadata"].get("ownerReferences", []))
        kept = item["kind"] in NEVER_PRUNED or instance(item) in self._held or "deletionTimestamp" in item["metadata"]
        return owned and not kept and Reference.of(item) not in self._wanted


def _show_conditions(key: Key, wanted: Object) -> None:
    for condition in wanted["conditions"]:
        labels = (key.namespace, key.name, condition["type"])
        metrics.CONDITION.labels(*labels).set(condition["status"] == "True")


def _forget_conditions(key: Key) -> None:
    metrics.CONDITION.remove_by_labels({"namespace": key.namespace, "name": key.name})
