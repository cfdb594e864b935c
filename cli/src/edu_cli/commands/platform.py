"""`up`, `down`, `status`, `open`, `monitor`: the platform on this machine."""

import sys
import time
import webbrowser
from typing import Annotated, Literal

import psutil
import typer
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from edu_cli.devserver import ports, processes, runner, seeding
from edu_cli.devserver.origin import Tls
from edu_cli.devserver.platform import (
    ADMIN_EMAIL,
    DEMO_PASSWORD,
    HTTPS_PORT,
    Options,
    Platform,
    admin_password,
    is_ready,
)
from edu_cli.devserver.prometheus import Prometheus
from edu_cli.devserver.services import HOST, Ports
from edu_cli.devserver.state import AlreadyRunning, Run, State, default_state_directory
from edu_cli.errors import LocalError, last_lines
from edu_cli.ui import console, step, table, warn
from edu_topology import SERVICES

POLL_SECONDS = 0.2


def up(
    port: Annotated[
        int | None, typer.Option(help="Port of the public origin: 3001, with --domain 443.", min=1, max=65535)
    ] = None,
    service_ports: Annotated[
        int,
        typer.Option(
            help="The services listen on this port + 1 to + 5, the front end on + 6, metrics on + 7.", min=1, max=65528
        ),
    ] = 8000,
    host: Annotated[
        str | None,
        typer.Option(help="Interface to listen on: 127.0.0.1; 0.0.0.0 accepts other machines of your network."),
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(help="Serve this host name by HTTPS on all interfaces, with a certificate from Let's Encrypt."),
    ] = None,
    http_port: Annotated[
        int, typer.Option(help="With --domain: the port that redirects to HTTPS.", min=1, max=65535)
    ] = 80,
    internal_tls: Annotated[
        bool, typer.Option("--internal-tls", help="With --domain: a certificate of Caddy's own authority, to try it.")
    ] = False,
    rate_limits: Annotated[
        Literal["standard", "off"], typer.Option(help="off admits a load test; account lock-outs stay active.")
    ] = "standard",
    seed: Annotated[
        Literal["small", "full", "none"] | None,
        typer.Option(
            help="Demonstration data for a new platform: small takes seconds, full a minute; with --domain none."
        ),
    ] = None,
    profile: Annotated[
        Literal["standard", "baseline"],
        typer.Option(help="baseline uses slow search, small pools and no cache, as a reference for measurements."),
    ] = "standard",
    frontend: Annotated[
        bool,
        typer.Option("--frontend/--no-frontend", help="Serve the web pages; without, the API and a page of links."),
    ] = True,
    redis: Annotated[
        bool, typer.Option("--redis", help="Run a Redis as well: services share a cache and rate limits through it.")
    ] = False,
    events: Annotated[
        Literal["http", "redis"], typer.Option(help="How services exchange events; redis requires --redis.")
    ] = "http",
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return when ready; end with edu down.")] = False,
) -> None:
    """Start the platform and print its URL.

    The first start makes keys, databases and demonstration data, and builds the web front end; later ones keep the
    data and rebuild only what has changed. Ctrl-C ends everything cleanly, a second Ctrl-C at once. A service that
    dies is restarted.
    """
    if events == "redis" and not redis:
        raise LocalError("--events redis needs a Redis: add --redis.")
    tls = Tls(domain, internal_tls, http_port) if domain else None
    seed = seed or ("none" if tls else "small")
    options = Options(
        rate_limits=rate_limits,
        profile=profile,
        seed=None if seed == "none" else seed,
        host=host or ("" if tls else HOST),
        tls=tls,
        frontend=frontend,
        redis=redis,
        events=events,
    )
    listen = Ports.standard(port or (HTTPS_PORT if tls else 3001), service_ports)
    platform = Platform(default_state_directory(), listen, options)
    _require_own_password(platform)
    if detach:
        return _start_detached(platform)
    try:
        runner.run(platform, lambda: _show_started(platform))
    except AlreadyRunning:
        _show_running(platform.state)
    return None


def _require_own_password(platform: Platform) -> None:
    """Raise `LocalError` before a new platform with a domain gets an admin whose password is published."""
    if platform.options.tls and not platform.state.fact("migrated") and not admin_password():
        raise LocalError(
            "--domain needs a password of your own for the first admin: the usual one is published. Set it with "
            f"BOOTSTRAP_ADMIN_PASSWORD=… ./edu up --domain {platform.options.tls.domain}"
        )


def warn_of_published_passwords(platform: Platform) -> None:
    """Warn when other machines can reach accounts whose passwords are published in this repository."""
    reachable = platform.options.host not in (HOST, "localhost", "::1")
    published = [
        *([] if admin_password() else ["the admin"]),
        *(["the demo accounts"] if platform.state.fact("seeded") else []),
    ]
    if reachable and published:
        warn(
            f"Other machines can reach this platform, and the password of {' and '.join(published)} may be the "
            f"published one, {DEMO_PASSWORD!r}. Change it on the account page, or start a new platform "
            "(`./edu reset`) with BOOTSTRAP_ADMIN_PASSWORD set and `--seed none`."
        )


def _show_started(platform: Platform) -> None:
    show_url(platform.url, platform.state.fact("seeded"))
    warn_of_published_passwords(platform)
    console.print("Logs: [bold]./edu logs -f[/]   More: [bold]./edu --help[/]   End: [bold]Ctrl-C[/]")


def _start_detached(platform: Platform) -> None:
    if platform.state.in_use():
        return _show_running(platform.state)
    arguments = [argument for argument in sys.argv[1:] if argument not in ("--detach", "-d")]
    with step("Starting in the background"):
        run = runner.start_detached(platform.state, arguments)
    show_url(run.url, platform.state.fact("seeded"))
    warn_of_published_passwords(platform)
    return None


def _show_running(state: State) -> None:
    run = state.run()
    if run and run.ready:
        console.print(f"The platform is already running at [bold underline]{run.url}[/]. End it with ./edu down.")
    else:
        console.print("Another ./edu is starting or stopping the platform at this moment.")


def show_url(url: str, seeded: str | None) -> None:
    """Print the panel that ends `edu up`; `seeded` is the size of the demonstration data, or None without data."""
    accounts = Table.grid(padding=(0, 2))
    for role, email in {"admin": ADMIN_EMAIL, **(seeding.accounts(seeded) if seeded else {})}.items():
        accounts.add_row(role, email, "the one you set" if role == "admin" and admin_password() else DEMO_PASSWORD)
    body = Table.grid(padding=(0, 0))
    body.add_row(Text(url, style="bold underline"))
    body.add_row("")
    body.add_row(accounts)
    console.print(Panel(body, title="EduPlatform is running", border_style="green", expand=False, padding=(1, 3)))


def down() -> None:
    """End the running platform; its data stays."""
    if not runner.end_runner(State(default_state_directory())):
        console.print("The platform is not running.")


def status() -> None:
    """Show whether each component is ready, its port and its memory."""
    state = State(default_state_directory())
    run = state.run()
    if not run or not state.in_use():
        console.print("The platform is not running. Start it with [bold]./edu up[/].")
        raise typer.Exit(1)
    console.print(f"EduPlatform at [bold underline]{run.url}[/]\n")
    console.print(_components(run))
    if not run.ready:
        console.print("\nIt is still starting.")


def _components(run: Run) -> Table:
    rows = table("component", "state", "pid", "port", "memory", "path")
    records = {record.name: record for record in run.processes}
    optional = [name for name in ("frontend", "redis") if name in records]
    for name in ("gateway", *SERVICES, "postgres", *optional):
        record = records.get(name)
        process = processes.find(record) if record else None
        if not record or not process:
            rows.add_row(name, "[red]down[/]", "", "", "", "")
            continue
        ready = name == "postgres" or is_ready(name, record.pid, record.port)
        rows.add_row(
            name,
            "[green]ready[/]" if ready else "[yellow]not ready[/]",
            str(record.pid),
            str(record.port),
            _memory(process),
            _path(run, name, record.port),
        )
    return rows


def _memory(process: psutil.Process) -> str:
    """Return the process's resident memory; Postgres sessions share most of theirs, so children are not counted."""
    try:
        return f"{process.memory_info().rss // 1024**2} MB"
    except psutil.NoSuchProcess:
        return ""


def _path(run: Run, name: str, port: int) -> str:
    if name in run.service_ports:
        return f"/api/{name}/docs"
    if name == "frontend":
        return "/ behind the gateway"
    return "/" if name == "gateway" else f"{HOST}:{port}"


def open_browser() -> None:
    """Open the platform in the browser."""
    run = State(default_state_directory()).require_run()
    if not webbrowser.open(run.url):
        console.print(f"No browser could be opened. The URL is {run.url}")


def monitor(
    port: Annotated[int, typer.Option(help="Port of Prometheus.", min=1, max=65535)] = 9091,
) -> None:
    """Run Prometheus on the running platform, with the alert rules.

    It scrapes the services and `./edu bench locust` every 5 seconds. Prometheus must be installed on this machine.
    Its data is kept. Ctrl-C ends it. The dashboards in dashboards/ work in any Grafana that has it as a data source.
    """
    state = State(default_state_directory())
    prometheus = Prometheus(state, state.require_run(), port)
    ports.require_free(port, "Prometheus", f"End it, or choose another port: `edu monitor --port {port + 1}`.")
    try:
        with step("Starting Prometheus"):
            prometheus.start()
        console.print(f"Prometheus: [bold underline]{prometheus.url}[/]   alerts: {prometheus.url}/alerts")
        console.print("Dashboards: dashboards/*.json, for Grafana   End: [bold]Ctrl-C[/]")
        while prometheus.child.alive:
            time.sleep(POLL_SECONDS)
        raise LocalError(f"Prometheus ended:\n{last_lines(prometheus.child.output())}")
    except KeyboardInterrupt:
        console.print()
    finally:
        prometheus.stop()
