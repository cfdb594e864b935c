"""The kinds of panel that the dashboards are made of, with one look."""

from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.builders import (
    common,
    dashboard,
    heatmap,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

Panel = Builder[model.Panel]

DATASOURCE = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
GOOD, WARNING, BAD = "green", "orange", "red"
COLOURS = {
    "{{service}}": {
        "identity": "purple",
        "course": "blue",
        "enrollment": "green",
        "payment": "orange",
        "notification": "yellow",
    },
    "{{result}}": {"delivered": "green", "failed": "red", "ok": "green", "error": "red"},
    "p50": {"p50": "blue"},
    "p95": {"p95": "orange"},
    "p99": {"p99": "red"},
    "{{class}}": {"2xx": "green", "3xx": "blue", "4xx": "orange", "5xx": "red"},
}
"""By legend, the colours of the lines that it names: the same thing has the same colour everywhere."""


@dataclass(frozen=True)
class Query:
    expression: str
    legend: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table; `unit` and `limits` are for its values."""

    title: str
    expression: str
    unit: str = "short"
    limits: tuple[float, float] | None = None


def graph(
    title: str,
    description: str,
    unit: str,
    *queries: Query,
    span: int = 8,
    limits: tuple[float, float] | None = None,
    top: float | None = None,
    stacked: bool = False,
) -> Panel:
    """Lines over time; `limits` are where it gets bad, first a little, then really."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .unit(unit)
        .min(0)
        .span(span)
        .height(8)
        .line_width(1)
        .fill_opacity(40 if stacked else 8)
        .show_points(looks.VisibilityMode.NEVER)
        .color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
        .legend(_legend())
        .tooltip(common.VizTooltipOptions().mode(looks.TooltipDisplayMode.MULTI).sort(looks.SortOrder.DESCENDING))
        .targets(_targets(queries))
    )
    if stacked:
        panel.stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL).group("A"))
    if top is not None:
        panel.axis_soft_max(top)
    if limits:
        panel.thresholds(_thresholds(limits))
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(looks.GraphThresholdsStyleMode.DASHED))
    for query in queries:
        for name, colour in COLOURS.get(query.legend, {}).items():
            panel.override_by_name(name, [_fixed(colour)])
    return panel


def number(
    title: str,
    description: str,
    unit: str,
    query: str,
    limits: tuple[float, float] | None = None,
    *,
    low_is_bad: bool = False,
    span: int = 4,
) -> Panel:
    """One value, coloured by `limits`; with `low_is_bad` they are what must not be fallen below."""
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .unit(unit)
        .span(span)
        .height(4)
        .no_value("–")
        .color_mode(looks.BigValueColorMode.VALUE)
        .graph_mode(looks.BigValueGraphMode.AREA)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(_thresholds(limits, low_is_bad=low_is_bad))
        .color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.THRESHOLDS))
        .targets(_targets([Query(query)]))
    )


def listing(title: str, description: str, labels: tuple[str, ...], *columns: Column, span: int = 24) -> Panel:
    """A table with a row for each combination of `labels`, the largest of the first column first."""
    names = {f"Value #{_letter(number)}": column.title for number, column in enumerate(columns)}
    shown = {name: index for index, name in enumerate((*labels, *names))}
    panel = (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .span(span)
        .height(12)
        .targets([_snapshot(column, index) for index, column in enumerate(columns)])
        .transformations(
            [
                model.DataTransformerConfig(id_val="merge", options={}),
                model.DataTransformerConfig(
                    id_val="organize",
                    options={"excludeByName": {"Time": True}, "indexByName": shown, "renameByName": names},
                ),
            ]
        )
        .sort_by([common.TableSortByFieldState().display_name(columns[0].title).desc(True)])
    )
    for column in columns:
        panel.override_by_name(column.title, _cell(column))
    return panel


def states(title: str, description: str, query: Query, names: dict[str, tuple[str, str]], span: int = 24) -> Panel:
    """What state each thing was in over time; `names` gives each value its word and colour."""
    mapping = model.ValueMap(
        options={value: model.ValueMappingResult(text=word, color=colour) for value, (word, colour) in names.items()}
    )
    return (
        statetimeline.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .span(span)
        .height(8)
        .mappings([mapping])
        .merge_values(True)
        .show_value(looks.VisibilityMode.NEVER)
        .targets(_targets([query]))
    )


def spread(title: str, description: str, buckets: str, span: int = 12) -> Panel:
    """A heat map of a histogram in seconds."""
    query = prometheus.Dataquery().expr(buckets).legend_format("{{le}}").format(PromQueryFormat.HEATMAP).range()
    return (
        heatmap.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .span(span)
        .height(8)
        .unit("short")
        .y_axis(heatmap.YAxisConfig().unit("s"))
        .color(heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Blues").steps(64))
        .targets([query.ref_id("A")])
    )


def _targets(queries: "list[Query] | tuple[Query, ...]") -> list[Builder[Any]]:
    return [
        prometheus.Dataquery().expr(query.expression).legend_format(query.legend).range().ref_id(_letter(index))
        for index, query in enumerate(queries)
    ]


def _snapshot(column: Column, index: int) -> Builder[Any]:
    query = prometheus.Dataquery().expr(column.expression).instant().format(PromQueryFormat.TABLE)
    return query.ref_id(_letter(index))


def _letter(index: int) -> str:
    return "ABCDEFGHIJ"[index]


def _cell(column: Column) -> list[model.DynamicConfigValue]:
    properties = [model.DynamicConfigValue(id_val="unit", value=column.unit)]
    if column.limits:
        thresholds = _thresholds(column.limits).build()
        properties.append(model.DynamicConfigValue(id_val="thresholds", value=thresholds))
        properties.append(model.DynamicConfigValue(id_val="custom.cellOptions", value={"type": "color-text"}))
        properties.append(model.DynamicConfigValue(id_val="color", value={"mode": "thresholds"}))
    return properties


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .show_legend(True)
        .display_mode(looks.LegendDisplayMode.TABLE)
        .placement(looks.LegendPlacement.BOTTOM)
        .calcs(["mean", "max", "lastNotNull"])
    )


def _thresholds(limits: tuple[float, float] | None, *, low_is_bad: bool = False) -> dashboard.ThresholdsConfig:
    colours = (BAD, WARNING, GOOD) if low_is_bad else (GOOD, WARNING, BAD)
    values = (None, *limits) if limits else (None,)
    steps = [model.Threshold(value=value, color=colour) for value, colour in zip(values, colours, strict=False)]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


def _fixed(colour: str) -> model.DynamicConfigValue:
    return model.DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})
