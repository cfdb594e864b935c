"""Two charts as SVG: latency over rate, and latencies of two sides. Their scales are logarithmic."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT, TOP = 860, 170, 70, 48
PLOT = WIDTH - LEFT - RIGHT
COLOURS = ("#c2410c", "#0369a1")
GOOD, BAD, FAINT = "#15803d", "#b91c1c", "#9ca3af"
CURVE_HEIGHT = 300
BAR, ROW = 14, 46


@dataclass(frozen=True)
class Scale:
    """Places values between two powers of ten on so many pixels."""

    first: int
    last: int
    pixels: float

    @classmethod
    def around(cls, values: Iterable[float], pixels: float) -> "Scale":
        known = [value for value in values if value > 0] or [1.0]
        first, last = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
        return cls(first, max(last, first + 1), pixels)

    def place(self, value: float) -> float:
        power = math.log10(max(value, 10**self.first))
        return (power - self.first) / (self.last - self.first) * self.pixels

    @property
    def marks(self) -> list[float]:
        return [10.0**power for power in range(self.first, self.last + 1)]


@dataclass(frozen=True)
class Point:
    rate: float
    p99: float
    good: bool


@dataclass(frozen=True)
class Bar:
    """A p50 within a p99, and the lowest and highest p99 of the rounds."""

    p50: float
    p99: float
    low: float
    high: float


def curve(title: str, points: Sequence[Point], limit: float) -> str:
    """p99 over the rate; `limit` is the line that it must stay below."""
    across = Scale.around((point.rate for point in points), PLOT)
    up = Scale.around((limit, *(point.p99 for point in points)), CURVE_HEIGHT)
    bottom = TOP + CURVE_HEIGHT
    level = bottom - up.place(limit)
    drawn = [
        *(_text(LEFT - 8, bottom - up.place(mark) + 4, f"{mark:g} ms", "end") for mark in up.marks),
        *(_line(LEFT, bottom - up.place(mark), LEFT + PLOT, bottom - up.place(mark), FAINT) for mark in up.marks),
        *(_text(LEFT + across.place(mark), bottom + 18, f"{mark:g}/s", "middle") for mark in across.marks),
        _line(LEFT, level, LEFT + PLOT, level, BAD),
        *(
            _dot(LEFT + across.place(point.rate), bottom - up.place(point.p99), f"{point.rate:.0f}/s", good=point.good)
            for point in points
        ),
    ]
    return _svg(title, bottom + 34, drawn)


def bars(title: str, sides: Sequence[str], rows: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """For each row a bar a side."""
    values = [value for _, row in rows for bar in row for value in (bar.p50, bar.p99, bar.low, bar.high)]
    scale = Scale.around(values, PLOT)
    bottom = TOP + 22 + ROW * len(rows)
    drawn = [
        *(_text(LEFT + 200 * number, TOP, f"■ {side}", "start", COLOURS[number]) for number, side in enumerate(sides)),
        *(_line(LEFT + scale.place(mark), TOP + 12, LEFT + scale.place(mark), bottom, FAINT) for mark in scale.marks),
        *(_text(LEFT + scale.place(mark), bottom + 16, f"{mark:g} ms", "middle") for mark in scale.marks),
    ]
    for number, (name, row) in enumerate(rows):
        top = TOP + 22 + ROW * number
        drawn.append(_text(LEFT - 8, top + BAR + 4, name, "end"))
        for place, bar in enumerate(row):
            drawn += _bar(scale, bar, top + place * (BAR + 2), COLOURS[place])
    drawn.append(_text(LEFT, bottom + 36, "dark: p50, light: p99, line: p99 of the single rounds", "start", "#6b7280"))
    return _svg(title, bottom + 48, drawn)


def _bar(scale: Scale, bar: Bar, top: float, colour: str) -> list[str]:
    middle = top + BAR / 2
    return [
        _box(top, scale.place(bar.p99), colour, 0.35),
        _box(top, scale.place(bar.p50), colour, 1),
        _line(LEFT + scale.place(bar.low), middle, LEFT + scale.place(bar.high), middle, "#111827"),
        _text(LEFT + scale.place(max(bar.high, bar.p99)) + 6, top + BAR - 3, f"{bar.p99:.1f}", "start", colour),
    ]


def _box(top: float, width: float, colour: str, opacity: float) -> str:
    return (
        f'<rect x="{LEFT}" y="{top:.1f}" width="{width:.1f}" height="{BAR}" fill="{colour}" fill-opacity="{opacity}"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#111827") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _dot(x: float, y: float, text: str, *, good: bool) -> str:
    colour = GOOD if good else BAD
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>{_text(x + 8, y - 6, text, "start", colour)}'


def _svg(title: str, height: float, drawn: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'font-family="system-ui, sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="16" y="24" font-size="16" font-weight="bold">{escape(title)}</text>{"".join(drawn)}</svg>'
    )
