"""`monitor`: Prometheus on the running platform."""

import time
from typing import Annotated

import typer

from edu_cli.devserver import ports
from edu_cli.devserver.prometheus import Prometheus
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError, last_lines
from edu_cli.ui import console, step

POLL_SECONDS = 0.2


def monitor(
    port: Annotated[int, typer.Option(help="Port of Prometheus.", min=1, max=65535)] = 9091,
) -> None:
    """Run Prometheus on the running platform: scrapes every 5 s, the alert rules, load tests of ./edu load too.

    Prometheus must be installed on this machine. What it measured is kept. Ctrl-C ends it. The dashboards in
    dashboards/ work in any Grafana that has it as a data source.
    """
    state = State(default_state_directory())
    run = state.run()
    if not run or not run.ready or not state.in_use():
        raise LocalError("The platform is not running. Start it with: ./edu up")
    prometheus = Prometheus(state, run, port)
    ports.require_free(port, "Prometheus", f"End it, or choose another port: `edu monitor --port {port + 1}`.")
    try:
        with step("Starting Prometheus"):
            prometheus.start()
        console.print(f"Prometheus: [bold underline]{prometheus.url}[/]   alerts: {prometheus.url}/alerts")
        console.print("Dashboards: dashboards/*.json, for Grafana   End: [bold]Ctrl-C[/]")
        _wait(prometheus)
    except KeyboardInterrupt:
        console.print()
    finally:
        prometheus.stop()


def _wait(prometheus: Prometheus) -> None:
    while prometheus.child.alive:
        time.sleep(POLL_SECONDS)
    raise LocalError(f"Prometheus ended:\n{last_lines(prometheus.child.output())}")
