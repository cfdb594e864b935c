"""Prometheus beside the platform on this machine: scrapes the services, evaluates the alert rules."""

import json
import os
import shutil
import time
from pathlib import Path

from edu_cli.devserver.platform import responds
from edu_cli.devserver.processes import Child
from edu_cli.devserver.services import HOST
from edu_cli.devserver.state import PROJECT, Run, State
from edu_cli.errors import LocalError, last_lines

RULES = PROJECT / "charts/monitoring/files/alerts.yaml"
JOB = "eduplatform"
READY_SECONDS = 60.0
STOP_SECONDS = 10.0


class Prometheus:
    """One Prometheus for one run of the platform; its data stays in the state directory."""

    def __init__(self, state: State, run: Run, port: int, scrape_interval: str = "5s") -> None:
        self._state = state
        self._run = run
        self._interval = scrape_interval
        self.port = port
        self.child = Child("prometheus", self._command(), dict(os.environ), state.log("prometheus"), port)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it and return once it is ready; raise `LocalError` with the end of its log when it exits instead."""
        self._state.targets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._configuration.write_text(json.dumps(self._settings(), indent=1))  # JSON is also YAML
        self.child.start()
        deadline = time.monotonic() + READY_SECONDS
        while not responds(self.port, "/-/ready"):
            if not self.child.alive or time.monotonic() > deadline:
                raise LocalError(f"Prometheus did not start:\n{last_lines(self.child.output())}")
            time.sleep(0.05)

    def stop(self) -> None:
        self.child.stop(STOP_SECONDS)

    @property
    def _configuration(self) -> Path:
        return self._state.targets.with_name("prometheus.yaml")

    def _command(self) -> list[str]:
        program = shutil.which("prometheus")
        if program is None:
            raise LocalError(
                "Prometheus was not found. Install it (Debian: apt-get install prometheus, macOS: brew install "
                f"prometheus) and try again. Each service also shows its figures: {self._first_metrics_page()}"
            )
        return [
            program,
            f"--config.file={self._configuration}",
            f"--storage.tsdb.path={self._state.targets.with_name('data')}",
            f"--web.listen-address={HOST}:{self.port}",
        ]

    def _first_metrics_page(self) -> str:
        return f"http://{HOST}:{next(iter(self._run.service_ports.values()))}/metrics"

    def _settings(self) -> object:
        services = [
            {"targets": [f"{HOST}:{port}"], "labels": {"component": name}}
            for name, port in self._run.service_ports.items()
        ]
        return {
            "global": {
                "scrape_interval": self._interval,
                "scrape_timeout": self._interval,
                "evaluation_interval": self._interval,
            },
            "rule_files": [str(RULES)],
            "scrape_configs": [
                {
                    "job_name": JOB,
                    "honor_labels": True,
                    "static_configs": services,
                    "file_sd_configs": [{"files": [f"{self._state.targets}/*.json"]}],
                }
            ],
        }
