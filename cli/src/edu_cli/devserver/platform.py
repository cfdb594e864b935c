"""The whole platform as one object: Postgres, five services, one origin.

It is used by the command line, and by tests that need a real platform:

    platform = Platform(tmp_path / "edu", Ports.free(), Options(durable=False, seed=None))
    platform.start()
    ...
    platform.kill("payment")
    platform.restart("payment", FAILPOINT="payment.after_commit")
    platform.stop()
"""

import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from edu_cli.devserver import caddy, ports, processes, seeding
from edu_cli.devserver.frontend import KEEP_ALIVE_MS, FrontendBuild
from edu_cli.devserver.origin import STATIC, Origin, Tls
from edu_cli.devserver.postgres import Postgres
from edu_cli.devserver.processes import Child, module
from edu_cli.devserver.redis import Redis
from edu_cli.devserver.services import FRONTEND_ADDRESS, GATEWAY_ADDRESS, HOST, Ports
from edu_cli.devserver.state import PROJECT, Lock, Run, State
from edu_cli.errors import LocalError, last_lines
from edu_topology import SERVICES

ADMIN_EMAIL = "admin@eduplatform.com"
DEMO_PASSWORD = "password123"  # noqa: S105 - the published password of the demo accounts
HTTPS_PORT = 443
STOP_SECONDS = 12.0
READY_SECONDS = 120.0
DEATHS_ALLOWED = 3
CACHE_SECONDS = "120"
"""Longer than by default: a service is one process here, which performs every write itself."""

BASELINE = {"DB_POOL_SIZE": "5", "SEARCH": "ilike", "CACHE": "none"}

Step = Callable[[str], AbstractContextManager[object]]
Notice = Callable[[str], None]


def no_step(_: str) -> AbstractContextManager[object]:
    """Ignore steps, for callers that show nothing."""
    return nullcontext()


def no_notice(_: str) -> None:
    """Ignore notices, for callers that show nothing."""


@dataclass(frozen=True)
class Options:
    """How a platform runs; `environment` is set for every service."""

    rate_limits: Literal["standard", "off"] = "standard"
    profile: Literal["standard", "baseline"] = "standard"
    seed: seeding.Size | None = "small"
    host: str = HOST
    """The IP address that the origin listens on; empty for all."""
    tls: Tls | None = None
    durable: bool = True
    frontend: bool = False
    redis: bool = False
    events: Literal["http", "redis"] = "http"
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


class Platform:
    """One platform in one state directory.

    `start` may be called once. Use it from one thread that outlives it: on Linux the processes end with the thread that
    started them, so that none is left when the runner is killed.
    """

    def __init__(self, directory: Path, listen: Ports | None = None, options: Options | None = None) -> None:
        self.state = State(directory.absolute())
        self.ports = listen or Ports.standard()
        self.options = options or Options()
        self.postgres = Postgres(self.state, durable=self.options.durable)
        self.redis = Redis(self.state) if self.options.redis else None
        self.children: dict[str, Child] = {}
        self._lock: Lock | None = None
        self._ready = False

    # URLs

    @property
    def url(self) -> str:
        """Return the URL of the public origin."""
        if self.options.tls is None:
            return f"http://{HOST}:{self.ports.public}"
        port = "" if self.ports.public == HTTPS_PORT else f":{self.ports.public}"
        return f"https://{self.options.tls.domain}{port}"

    def service_url(self, service: str) -> str:
        """Return a service's own URL, which also serves `/metrics` and `/internal/…`."""
        return f"http://{HOST}:{self.ports.services[service]}"

    def database_url(self, service: str, driver: str = "postgresql+asyncpg") -> str:
        """Return the DSN of the service's database as the service itself uses it; Postgres must have been started."""
        return self.state.database_url(service, self.postgres.port, driver)

    def environment(self, service: str) -> dict[str, str]:
        """Return every environment variable that a service is started with."""
        keys = self.state.service_keys()
        return {
            "CACHE_SECONDS": CACHE_SECONDS,
            **os.environ,
            **self._addresses(),
            "PYTHONUNBUFFERED": "1",
            "HOST": HOST,
            "PORT": str(self.ports.services[service]),
            "DATABASE_URL": self.database_url(service),
            "PLATFORM_SECRET": self.state.secrets().platform_secret,
            "SERVICE_PRIVATE_KEY": keys.private_key(service),
            "SERVICE_PUBLIC_KEYS": keys.public_keys(),
            "JWT_PRIVATE_KEY_FILE": str(self.state.signing_key),
            "BOOTSTRAP_ADMIN_EMAIL": ADMIN_EMAIL,
            "BOOTSTRAP_ADMIN_PASSWORD": admin_password() or DEMO_PASSWORD,
            "RATE_LIMITS": self.options.rate_limits,
            "TRUSTED_PROXIES": f"{GATEWAY_ADDRESS}/32,{FRONTEND_ADDRESS}/32",
            "MAIL_TRANSPORT": "folder",
            "MAIL_FOLDER": str(self.state.mail),
            **self._shared(),
            **(BASELINE if self.options.profile == "baseline" else {}),
            **self.options.environment,
        }

    def _shared(self) -> dict[str, str]:
        """Return the environment variables for the shared Redis, if there is one."""
        if self.redis is None:
            return {}
        return {"REDIS_URL": self.redis.url, "CACHE": "redis", "EVENT_TRANSPORT": self.options.events}

    def _addresses(self) -> dict[str, str]:
        peers = {f"{name.upper()}_URL": self.service_url(name) for name in SERVICES}
        return {**peers, "PUBLIC_URL": self.url}

    # life cycle

    def start(self, step: Step = no_step, notice: Notice = no_notice) -> None:
        """Start all components and return once the public origin responds.

        The data of an earlier start is kept. On any failure everything started is stopped again, except that the
        platform serves only its API when the front end cannot be started: `notice` then gets a sentence.
        """
        try:
            self._prepare(step)
            self._start_services(step)
            if self.options.frontend:
                self._start_frontend(step, notice)
            self._ready = True
            self._record()
        except BaseException:
            self.stop()
            raise

    def start_databases(self, step: Step = no_step) -> None:
        """Start Postgres with migrated databases only, for work that no service may see; end it with `stop`."""
        try:
            self._prepare_databases(step)
        except BaseException:
            self.stop()
            raise

    def stop(self, step: Step = no_step) -> None:
        """Stop the services, then Postgres by a fast shutdown; do nothing when nothing runs."""
        if self._lock is None:
            return
        with step("Stopping"):
            self._stop_children()
            self.postgres.stop()
        self.state.forget_run()
        self._lock.release()
        self._lock = None

    def _stop_children(self) -> None:
        """Stop the gateway first: it ends the event streams that a service would wait for."""
        if gateway := self.children.get("gateway"):
            gateway.stop(STOP_SECONDS)
        for child in self.children.values():
            child.request_stop()
        for child in self.children.values():
            child.wait(STOP_SECONDS)

    def kill_all(self) -> None:
        """Kill everything at once; Postgres recovers at the next start."""
        for child in self._all_children():
            child.kill()

    def _prepare(self, step: Step) -> None:
        self._prepare_databases(step, before=self._require_ports)
        if self.options.seed and not self.state.fact("seeded"):
            with step(f"Filling in demonstration data ({self.options.seed})"):
                seeding.load(self.state, self.postgres.port, self.options.seed)

    def _prepare_databases(self, step: Step, before: Callable[[], None] = lambda: None) -> None:
        self.state.prepare()
        self._lock = self.state.acquire()
        self._end_leftovers()
        before()
        require_disk(self.state.root)
        with step("Starting Postgres"):
            self.postgres.start()
            self._record()
            self.postgres.create_databases(self.state.secrets().database_passwords)
        if self.state.fact("migrated") != revisions_digest():
            with step("Migrating five databases"):
                self.migrate()

    def _end_leftovers(self) -> None:
        """End processes left by a killed runner, by its record, except Postgres, which `Postgres` itself handles."""
        run = self.state.run()
        for record in run.processes if run else []:
            process = processes.find(record)
            if process and record.name != "postgres":
                processes.end(process, signal.SIGTERM, STOP_SECONDS)

    def _require_ports(self) -> None:
        ports.require_free(
            self.ports.public,
            "the platform's address",
            f"End it, or choose another port: `edu up --port {self.ports.public + 1}`.",
            self.options.host,
        )
        if self.options.tls:
            ports.require_free(
                self.options.tls.http_port,
                "the redirect to HTTPS",
                "End it: a domain needs ports 80 and 443 of its machine.",
                self.options.host,
            )
        ports.require_free(
            self.ports.metrics,
            "the gateway's metrics",
            "End it, or move it with the services: `edu up --service-ports 9000`.",
        )
        for name, port in self.ports.services.items():
            ports.require_free(
                port,
                f"the {name} service",
                f"End it, or move all five services: `edu up --service-ports {port // 1000 * 1000 + 1000}`.",
            )
        if self.options.frontend:
            ports.require_free(
                self.ports.frontend,
                "the front end",
                "End it, or move it with the services: `edu up --service-ports 9000`.",
            )

    def migrate(self) -> None:
        """Migrate the five databases to the newest revision, concurrently."""
        digest = revisions_digest()
        running = {name: self._start_migration(name) for name in SERVICES}
        outputs = {name: process.communicate()[0] for name, process in running.items()}
        for name, process in running.items():
            if process.returncode:
                raise LocalError(f"The migration of {name} failed:\n{last_lines(outputs[name])}")
        self.state.remember(migrated=digest)

    def _start_migration(self, service: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            module(f"edu_{service}", "migrate"),
            env=self.environment(service),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    # services

    def _start_services(self, step: Step) -> None:
        redis = {"redis": self.redis.new_child()} if self.redis else {}
        services = {name: self._service_child(name) for name in SERVICES}
        self.children = {**redis, **services, "gateway": self._gateway_child()}
        with step("Starting five services and the public origin"):
            for child in self.children.values():
                child.start()
            self._record()
            for name in self.children:
                self.wait_ready(name)

    def _start_frontend(self, step: Step, notice: Notice) -> None:
        """Build the front end if it has changed, and start it; meanwhile the origin serves a page that says so."""
        try:
            command = FrontendBuild(self.state, step, lambda: self.supervise(notice)).program()
        except LocalError as error:
            notice(f"{error} The platform runs without its web pages; its API is there.")
            self._configure_gateway(frontend=False)
            self.restart("gateway")
            return
        child = self._frontend_child(command)
        with step("Starting the web front end"):
            child.start()
            self.children = {"frontend": child} | self.children
            self._record()
            self.wait_ready("frontend")
            self._publish_site(Path(command[-1]).parent)

    def _publish_site(self, build: Path) -> None:
        """Have the gateway serve the front end, with static files from the build."""
        static = self._origin(frontend=True).site / STATIC.lstrip("/")
        static.parent.mkdir(parents=True)
        static.symlink_to(build / ".next" / "static")

    def _frontend_child(self, command: list[str]) -> Child:
        return Child(
            name="frontend",
            command=command,
            environment={
                **os.environ,
                **{f"INTERNAL_{name.upper()}_URL": self.service_url(name) for name in SERVICES},
                "INTERNAL_SOURCE_ADDRESS": FRONTEND_ADDRESS,
                "PUBLIC_URL": self.url,
                # By this name: given an IP, Next takes its own rewrites for another site's. We connect by IPv4.
                "HOSTNAME": "localhost",
                "NODE_OPTIONS": "--dns-result-order=ipv4first",
                "PORT": str(self.ports.frontend),
                "KEEP_ALIVE_TIMEOUT": str(KEEP_ALIVE_MS),
                "NODE_ENV": "production",
                "NEXT_TELEMETRY_DISABLED": "1",
            },
            log=self.state.log("frontend"),
            port=self.ports.frontend,
        )

    def _service_child(self, service: str) -> Child:
        return Child(
            name=service,
            command=module(f"edu_{service}", "serve"),
            environment=self.environment(service),
            log=self.state.log(service),
            port=self.ports.services[service],
        )

    def _gateway_child(self) -> Child:
        shutil.rmtree(self._origin(frontend=True).site, ignore_errors=True)
        return Child(
            name="gateway",
            command=caddy.serve(self._configure_gateway(frontend=self.options.frontend)),
            environment={**os.environ, **caddy.environment(self.state.origin)},
            log=self.state.log("gateway"),
            port=self.ports.public,
        )

    def _configure_gateway(self, *, frontend: bool) -> Path:
        """Write the configuration that the gateway reads at its next start; return the file."""
        path = self.state.origin / "caddy.json"
        path.write_text(json.dumps(self._origin(frontend=frontend).config(), indent=1))
        return path

    def _origin(self, *, frontend: bool) -> Origin:
        return Origin(
            host=self.options.host,
            port=self.ports.public,
            metrics_port=self.ports.metrics,
            storage=self.state.origin / "storage",
            site=self.state.origin / "site",
            services={name: f"{HOST}:{port}" for name, port in self.ports.services.items()},
            frontend=f"{HOST}:{self.ports.frontend}" if frontend else None,
            tls=self.options.tls,
        )

    def pids(self) -> list[int]:
        """Return the pids of all running processes."""
        return [child.pid for child in self._all_children() if child.pid and child.alive]

    def kill(self, name: str) -> None:
        """Kill a service, `gateway`, `redis` or `postgres` with SIGKILL; it stays down until `restart`."""
        self._child(name).kill()

    def crash(self, name: str) -> None:
        """Kill a component with SIGKILL; `supervise` restarts it."""
        self._child(name).crash()

    def listening(self) -> list[str]:
        """Return the components that accept connections now."""
        return [child.name for child in self._all_children() if child.alive and not ports.is_free(child.port)]

    def restart(self, name: str, *, wait: bool = True, **environment: str) -> None:
        """Stop a component (if it runs) and start it again, with `environment` added for this and later starts."""
        child = self._child(name)
        child.stop(STOP_SECONDS)
        child.environment = {**child.environment, **environment}
        child.start()
        self._record()
        if wait:
            self.wait_ready(name)

    def reconfigure(self, environments: Mapping[str, Mapping[str, str]]) -> None:
        """Restart these services, all at once, each with its usual environment and these additional variables."""
        children = {name: self._child(name) for name in environments}
        for child in children.values():
            child.request_stop()
        for name, child in children.items():
            child.wait(STOP_SECONDS)
            child.environment = {**self.environment(name), **environments[name]}
            child.start()
        self._record()
        for name in children:
            self.wait_ready(name)

    def wait_ready(self, name: str, timeout: float = READY_SECONDS) -> None:
        """Wait until the component is ready, restarting it when it dies; raise `LocalError` when it keeps dying."""
        if name == "postgres":
            return self.postgres.wait_ready()
        child = self._child(name)
        child.quick_deaths = 0
        deadline = time.monotonic() + timeout
        while not (child.pid and is_ready(name, child.pid, child.port)):
            child.revive()
            if child.quick_deaths >= DEATHS_ALLOWED:
                raise LocalError(self.explain_death(child))
            if time.monotonic() > deadline:
                raise LocalError(
                    f"{name} did not become ready within {timeout:.0f} s. Its last words "
                    f"({child.log}):\n{last_lines(child.output())}"
                )
            time.sleep(0.03)
        return None

    def supervise(self, notice: Notice) -> None:
        """Restart dead components; call it a few times a second. `notice` gets a sentence for each death."""
        for child in self._all_children():
            if child.revive():
                repeated = child.quick_deaths == DEATHS_ALLOWED
                notice(self.explain_death(child) if repeated else f"{child.name} ended; starting it again.")
        if [child.pid for child in self._all_children()] != self._recorded_pids:
            self._record()

    def explain_death(self, child: Child) -> str:
        stranger = None if ports.is_free(child.port) else ports.holder(child.port)
        if stranger:
            return f"{child.name} cannot start: its port {child.port} is taken by {stranger}. End it and try again."
        return (
            f"{child.name} keeps ending soon after its start. Its last words ({child.log}):\n"
            f"{last_lines(child.output())}"
        )

    def _child(self, name: str) -> Child:
        child = self.postgres.child if name == "postgres" else self.children.get(name)
        if child is None:
            raise LocalError(f"There is no running part named {name}.")
        return child

    def _all_children(self) -> Iterator[Child]:
        yield from self.children.values()
        if self.postgres.child:
            yield self.postgres.child

    def _record(self) -> None:
        self._recorded_pids = [child.pid for child in self._all_children()]
        runner = processes.record_of("runner", os.getpid(), self.ports.public)
        if runner is None:
            return
        records = [child.record() for child in self._all_children()]
        self.state.write_run(
            Run(
                runner=runner,
                url=self.url,
                postgres_port=self.postgres.port,
                service_ports=self.ports.services,
                ready=self._ready,
                processes=[record for record in records if record],
            )
        )


def admin_password() -> str | None:
    """Return the first admin's password if the environment sets one, else None for the published one."""
    return os.environ.get("BOOTSTRAP_ADMIN_PASSWORD") or None


def is_ready(name: str, pid: int, port: int) -> bool:
    """Return whether a component other than Postgres is ready; a foreign process on its port does not count."""
    responding = not ports.is_free(port) if name in ("gateway", "redis") else responds(port)
    return responding and ports.is_held_by(pid, port)


def responds(port: int, path: str = "/health/ready", timeout: float = 2.0) -> bool:
    """Return whether a component reports that it is ready."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def require_disk(folder: Path, megabytes: int = 300) -> None:
    free = shutil.disk_usage(folder).free // 1024**2
    if free < megabytes:
        raise LocalError(
            f"Only {free} MB are free for {folder}; the platform needs {megabytes} MB. "
            "Free some space, or keep the data elsewhere: EDU_HOME=/other/disk/edu."
        )


def revisions_digest() -> str:
    """Return a digest that changes when any migration does."""
    digest = hashlib.sha256()
    for path in sorted((PROJECT / "services").glob("*/migrations/versions/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
