"""Charts to objects by the `helm template` of the image: the same charts that one may install by hand."""

import asyncio
import json
from collections import OrderedDict

import yaml

from edu_operator.settings import OperatorSettings
from edu_operator.types import Object
from edu_operator.values import Release

SECONDS = 60
KEPT = 128


class RenderError(Exception):
    """A chart that refuses its values; the message is Helm's."""


class Renderer:
    def __init__(self, settings: OperatorSettings) -> None:
        self._settings = settings
        self._rendered: OrderedDict[str, list[Object]] = OrderedDict()

    async def render(self, release: Release) -> list[Object]:
        """The release's objects; they are shared, so never change them."""
        key = release.digest
        if key not in self._rendered:
            self._rendered[key] = parse(await self._template(release), release.namespace)
            if len(self._rendered) > KEPT:
                self._rendered.popitem(last=False)
        self._rendered.move_to_end(key)
        return self._rendered[key]

    async def _template(self, release: Release) -> str:
        process = await asyncio.create_subprocess_exec(
            *(self._settings.helm, "template", release.name, str(self._settings.charts_directory / release.chart)),
            *("--namespace", release.namespace, "--values", "-"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(SECONDS):
                out, errors = await process.communicate(json.dumps(release.values).encode())
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            raise RenderError(f"chart {release.chart}: {errors.decode(errors='replace').strip()[-600:]}")
        return out.decode()


def parse(text: str, namespace: str) -> list[Object]:
    documents = yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    objects = [document for document in documents if document]
    for item in objects:
        item["metadata"]["namespace"] = namespace
        if item["kind"] == "NetworkPolicy":
            item["spec"] = _without_empty_lists(item["spec"])
    return objects


def _without_empty_lists(spec: Object) -> Object:
    """No rules mean the same whether they are an empty list or nothing; but the API server stores nothing, and would
    take an empty list for a change each time."""
    return {name: value for name, value in spec.items() if value != []}
