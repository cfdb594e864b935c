"""Charts as SVG: latency over rate and latencies of two variants, on logarithmic scales, and metrics over time."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT, TOP = 860, 170, 70, 48
PLOT = WIDTH - LEFT - RIGHT
COLOURS = ("#c2410c", "#0369a1", "#15803d", "#7e22ce", "#a16207", "#be185d", "#0f766e", "#4b5563")
GOOD, BAD, FAINT = "#15803d", "#b91c1c", "#9ca3af"
CURVE_HEIGHT = 300
BAR, ROW = 14, 46
LETTER = 6.8
"""Average width of a letter in a long name, in pixels, at most."""


@dataclass(frozen=True)
class Scale:
    """Maps values between two powers of ten to pixels."""

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
    """Draw p99 over the rate; `limit` is the line that it must stay below."""
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


@dataclass(frozen=True)
class Line:
    """Points (x, y), with ascending x."""

    name: str
    points: Sequence[tuple[float, float]]


def lines(title: str, unit: str, unit_across: str, drawn: Sequence[Line]) -> str:
    """Draw metrics over time, both scales starting at 0."""
    across = _round_up(max((x for line in drawn for x, _ in line.points), default=1))
    up = _round_up(max((y for line in drawn for _, y in line.points), default=1))
    bottom = TOP + 22 + CURVE_HEIGHT
    elements: list[str] = []
    for part in range(5):
        level, place = bottom - CURVE_HEIGHT * part / 4, LEFT + PLOT * part / 4
        elements += [
            _line(LEFT, level, LEFT + PLOT, level, FAINT),
            _text(LEFT - 8, level + 4, f"{up * part / 4:g} {unit}", "end"),
            _text(place, bottom + 18, f"{across * part / 4:g} {unit_across}", "middle"),
        ]
    for number, line in enumerate(drawn):
        colour = COLOURS[number % len(COLOURS)]
        places = " ".join(
            f"{LEFT + x / across * PLOT:.1f},{bottom - y / up * CURVE_HEIGHT:.1f}" for x, y in line.points
        )
        elements += [
            f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="1.5"/>',
            _text(16 + number * (WIDTH - 32) / len(drawn), TOP, f"■ {line.name}", "start", colour),
        ]
    return _svg(title, bottom + 34, elements)


def _round_up(value: float) -> float:
    """Round up to 1, 2, 4 or 8 times a power of ten, which can be divided well by four."""
    power = 10 ** math.floor(math.log10(value)) if value > 0 else 1
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)


def bars(title: str, sides: Sequence[str], rows: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Draw one bar per variant for each row."""
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
    longest = max(len(name) for name, _ in rows)
    return _svg(title, bottom + 48, drawn, wider=max(0.0, longest * LETTER + 24 - LEFT))


def _bar(scale: Scale, bar: Bar, top: float, colour: str) -> list[str]:
    middle, end = top + BAR / 2, LEFT + scale.place(max(bar.high, bar.p99))
    return [
        _box(top, scale.place(bar.p99), colour, 0.35),
        _box(top, scale.place(bar.p50), colour, 1),
        _line(LEFT + scale.place(bar.low), middle, LEFT + scale.place(bar.high), middle, "#111827"),
        _text(end + 6, top + BAR - 3, f"{bar.p99:.1f}".removesuffix(".0"), "start", colour),
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


def _svg(title: str, height: float, drawn: Iterable[str], wider: float = 0.0) -> str:
    """Return the SVG document; `wider` is the additional space on the left."""
    width = WIDTH + wider
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-wider:.0f} 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" font-family="system-ui, sans-serif" font-size="12">'
        f'<rect x="{-wider:.0f}" width="100%" height="100%" fill="#fff"/>'
        f'<text x="{16 - wider:.0f}" y="24" font-size="16" font-weight="bold">{escape(title)}</text>'
        f"{''.join(drawn)}</svg>"
    )
