"""Progress on standard error: a bar on a terminal, plain lines elsewhere, nothing when quiet."""

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

PLAIN_SECONDS = 5.0


class Loading(Protocol):
    def skip(self, table: str, units: int) -> None:
        """Count a block that was loaded earlier."""
        ...

    def advance(self, table: str, units: int, rows: int) -> None:
        """Count a block that has just been loaded."""
        ...


class Report:
    """Progress; only printed if `shown`, without a terminal as a line every few seconds."""

    def __init__(self, *, shown: bool) -> None:
        self._console = Console(stderr=True, quiet=not shown, soft_wrap=True)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Generator[None]:
        started = time.monotonic()
        with self._console.status(name) if self._console.is_terminal else self._plain(name):
            yield
        self._note(name, time.monotonic() - started)

    @contextmanager
    def loading(self, units: Mapping[str, int]) -> Generator[Loading]:
        started = time.monotonic()
        state = Bars(units, self._console) if self._console.is_terminal else Lines(units, self._console)
        with state:
            yield state
        seconds = time.monotonic() - started
        self._note("Loading", seconds)
        rate = state.loaded / max(seconds, 0.001)
        self._console.print(f"  {state.loaded:,} rows, {rate:,.0f} rows/s", highlight=False)

    def say(self, text: str) -> None:
        self._console.print(text, highlight=False)

    @contextmanager
    def _plain(self, name: str) -> Generator[None]:
        self._console.print(f"{name} …", highlight=False)
        yield

    def _note(self, name: str, seconds: float) -> None:
        self.seconds[name] = round(seconds, 2)
        self._console.print(f"{name}: {seconds:.1f} s", highlight=False)


class Bars:
    """One progress bar per table while it is loaded."""

    def __init__(self, units: Mapping[str, int], console: Console) -> None:
        self.loaded = 0
        self._started = time.monotonic()
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._all = self._progress.add_task("all", total=sum(units.values()), rate="")
        self._tasks = {
            key: self._progress.add_task(key, total=total, rate="", visible=False) for key, total in units.items()
        }

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def skip(self, table: str, units: int) -> None:
        self._progress.advance(self._tasks[table], units)
        self._progress.advance(self._all, units)

    def advance(self, table: str, units: int, rows: int) -> None:
        self.loaded += rows
        rate = f"{self.loaded / (time.monotonic() - self._started):,.0f} rows/s"
        self._progress.advance(self._tasks[table], units)
        self._progress.update(self._all, advance=units, rate=rate)
        for task in self._progress.tasks:
            if task.id in self._tasks.values():
                self._progress.update(task.id, visible=0 < task.completed < (task.total or 0))


class Lines:
    """Progress for logs: a line every few seconds."""

    def __init__(self, units: Mapping[str, int], console: Console) -> None:
        self.loaded = 0
        self._total, self._done = sum(units.values()), 0
        self._console = console
        self._said = time.monotonic()

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def skip(self, table: str, units: int) -> None:
        self._done += units

    def advance(self, table: str, units: int, rows: int) -> None:
        self.loaded += rows
        self._done += units
        if time.monotonic() - self._said >= PLAIN_SECONDS:
            self._said = time.monotonic()
            share = 100 * self._done // max(self._total, 1)
            self._console.print(f"Loading: {share} %, {self.loaded:,} rows, now {table}", highlight=False)
