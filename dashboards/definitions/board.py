"""A dashboard's frame: variables, links to the others, rows of panels."""

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as model

from definitions.panels import DATASOURCE, Panel

TAG = "eduplatform"
NAMESPACE = 'namespace=~"$namespace"'


@dataclass(frozen=True)
class Row:
    title: str
    panels: Sequence[Panel]


def board(
    name: str, title: str, description: str, rows: Sequence[Row], variables: Sequence[dashboard.QueryVariable] = ()
) -> model.Dashboard:
    """The dashboard with the stable uid `edu-<name>`, to which links may point for good."""
    made = (
        dashboard.Dashboard(title)
        .uid(f"edu-{name}")
        .description(description)
        .tags([TAG])
        .timezone("browser")
        .refresh("5s")
        .time("now-30m", "now")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(_links())
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
        .annotation(_load_tests())
    )
    for variable in (choice("namespace", "Namespace", "label_values(up, namespace)"), *variables):
        made.with_variable(variable)
    for row in rows:
        made.with_row(dashboard.Row(row.title))
        for panel in row.panels:
            made.with_panel(panel)
    built = made.build()
    for number, panel in enumerate(built.panels or [], start=1):
        panel.id_val = number
    return built


def choice(name: str, label: str, query: str) -> dashboard.QueryVariable:
    """A variable whose "All" also takes in series without the label, as on a machine without Kubernetes."""
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(DATASOURCE)
        .query({"query": query, "refId": "StandardVariableQuery"})
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(model.VariableOption(selected=True, text=["All"], value=["$__all"]))
    )


def _links() -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink("EduPlatform")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(True)
        .include_vars(True)
        .keep_time(True)
    )


def _load_tests() -> dashboard.AnnotationQuery:
    """Shades the time in which a load test ran."""
    return (
        dashboard.AnnotationQuery()
        .name("Load tests")
        .datasource(DATASOURCE)
        .enable(True)
        .icon_color("blue")
        .expr(f"sum by (namespace) (loadtest_users{{{NAMESPACE}}}) > 0")
    )
