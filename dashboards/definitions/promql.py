"""Queries in PromQL. Every selector keeps to the namespace that the reader chose; on one machine there is none."""

from dataclasses import dataclass

WINDOW = "$__rate_interval"
RANGE = "$__range"
PEOPLES = 'route!~"/metrics|/health/.*"'
INSTANCE = "namespace, job, instance"
"""What tells one process from another, wherever it was scraped."""


@dataclass(frozen=True)
class Scope:
    """Whose metrics a panel shows, and what it has one line for."""

    matchers: str
    by: str

    @property
    def legend(self) -> str:
        return f"{{{{{self.by}}}}}"

    def requests(self, metric: str, *more: str) -> str:
        """Of people and other services: probes and scrapes would hide how these fare when there are few."""
        return self.select(metric, PEOPLES, *more)

    def select(self, metric: str, *more: str) -> str:
        return f"{metric}{{{', '.join((self.matchers, *more))}}}"


def rate(selector: str, *by: str, window: str = WINDOW) -> str:
    return f"sum by ({', '.join(by)}) (rate({selector}[{window}]))"


def increase(selector: str, *by: str, window: str = WINDOW) -> str:
    return f"sum by ({', '.join(by)}) (increase({selector}[{window}]))"


def share(part: str, whole: str, *by: str, window: str = WINDOW) -> str:
    """Which share of `whole` is `part`: zero where there is none of it, nothing where there is no `whole`."""
    total = rate(whole, *by, window=window)
    return f"({rate(part, *by, window=window)} or 0 * {total}) / ({total} > 0)"


def quantile(q: float, buckets: str, *by: str, window: str = WINDOW) -> str:
    return f"histogram_quantile({q}, {rate(buckets, *by, 'le', window=window)})"


def of_service(metric: str, scope: Scope, window: str = "") -> str:
    """A process's own metric, which knows no service, with the labels of `service_info`."""
    value = f"rate({metric}[{window}])" if window else metric
    return f"{value} * on ({INSTANCE}) group_left (service) {scope.select('service_info')}"
