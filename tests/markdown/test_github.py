"""Our Markdown, compared with GitHub's own renderer on texts that others wrote for it.

The texts are descriptions of installed Python packages and READMEs of the front end's packages. Both are reduced
to their structure, by `Structure` and `as_github` alone, which also list what differs:

- raw HTML is text, since users shall see what they wrote;
- the highest heading has the level that the page gives it; ids, `rel`, classes, tabindex and loading are ours;
- a table is in a scroller, code is highlighted, an image has no title, a footnote section has a heading;
- a URL whose scheme is not harmless is dropped, whatever stands before its first colon;
- a lone percent sign in a URL is encoded, and a line break in an image's text stays one;
- a bare URL is linked after `<` and `[` too: GitHub's site links those in a second pass that cmark-gfm does not have;
- behind a tab that is partly indentation, cmark-gfm leaves a space in fenced code, against the specification.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from email.message import Message
from html import escape
from html.parser import HTMLParser
from importlib import import_module, metadata
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import pytest

FRONTEND = Path(__file__).parents[2] / "frontend"
PACKAGES = FRONTEND / "node_modules"
TEXTS = 200
SIZES = range(1_000, 16_000)
"""Characters of a text: shorter ones are mere titles, longer ones repeat themselves."""

RENDER = """
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const [frontend, folder] = process.argv.slice(1);
createRequire(`${frontend}/package.json`)("esbuild").buildSync({
  entryPoints: [`${frontend}/src/lib/markdown/to-html.ts`],
  absWorkingDir: frontend, bundle: true, platform: "node", format: "esm", outfile: `${folder}/to-html.mjs`,
});
const { markdownToHtml } = await import(pathToFileURL(`${folder}/to-html.mjs`));
const labels = { footnotes: "Footnotes", backToText: "Back {number}", taskDone: "Done", taskOpen: "To do" };
const texts = JSON.parse(readFileSync(`${folder}/texts.json`, "utf8"));
writeFileSync(`${folder}/html.json`, JSON.stringify(texts.map((text) => markdownToHtml(text, { level: 1, labels }))));
"""

SPECIMENS = [
    "a[^1]\n\n[^1]: b",
    "<www.a.example> and [https://a.example]",
    "![a\nb](https://a.example/?b=% 'c')",
    "- a\n\n\t```ts\n\tb\n\t\tc\n\t```",
    "a <b>c</b>\n\n<div>\n\n*d*\n\n</div>",
    "- [x] ~~a~~ ~b~\n- [ ] c",
]
"""Differences of the list above that none of the real texts may have."""

cmark: Any = import_module("cmarkgfm.cmark")
OPTIONS: int = cmark.Options.CMARK_OPT_FOOTNOTES | cmark.Options.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
UNSAFE: int = cmark.Options.CMARK_OPT_UNSAFE
EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"]
OMITTED = "<!-- raw HTML omitted -->"

HEADING = re.compile(r"h([1-6])")
SCHEME = re.compile(r"([^/?#]*?):")
HARMLESS = {"http", "https", "mailto", "irc", "ircs", "xmpp"}
FOOTNOTE = re.compile(r"#(user-content-)?fn(ref)?-.*")
LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
SPACE = re.compile(r"\s+")
TRANSPARENT = {"div", "span"}
VOID = {"br", "hr", "img", "input"}

Token = tuple[Any, ...]


class Structure(HTMLParser):
    """The tags, the attributes that matter and the texts of a rendered Markdown text."""

    def __init__(self, html: str, *, partial_tabs: bool) -> None:
        super().__init__()
        self._partial_tabs = partial_tabs
        self.tokens: list[Token] = []
        self._pre = False
        self._links: list[str | None] = []
        levels = [int(level) for level in re.findall(r"<h([1-6])(?![^>]*footnote-label)", html)]
        self._shift = min(levels, default=1) - 1
        self._skips = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self._skips |= attributes.get("id") == "footnote-label"
        if tag in TRANSPARENT or self._skips:
            return
        self._pre |= tag == "pre"
        self.tokens.append((self._level(tag), *sorted(self._kept(tag, attributes).items())))

    def handle_endtag(self, tag: str) -> None:
        if self._skips:
            self._skips = tag != "h2"
        elif tag not in TRANSPARENT | VOID:
            self._pre &= tag != "pre"
            self.tokens.append((f"/{self._level(tag)}",))
            if tag == "a":
                self._unlink_bare_url()

    def handle_data(self, data: str) -> None:
        if self._skips:
            return
        if self.tokens and self.tokens[-1][0] == "text":
            data = self.tokens.pop()[1] + data
        if self._pre:
            self.tokens.append(("text", re.sub(r"(?m)^ ", "", data) if self._partial_tabs else data))
        elif text := SPACE.sub(" ", data):
            self.tokens.append(("text", text))

    def _level(self, tag: str) -> str:
        heading = HEADING.fullmatch(tag)
        return f"h{int(heading[1]) - self._shift}" if heading else tag

    def _kept(self, tag: str, attributes: dict[str, str | None]) -> dict[str, Any]:
        match tag:
            case "a":
                return {"href": _url(attributes.get("href")), "title": attributes.get("title")}
            case "img":
                return {"src": _url(attributes.get("src")), "alt": SPACE.sub(" ", attributes.get("alt") or "")}
            case "code":
                classes = (attributes.get("class") or "").split()
                return {"language": next((name for name in classes if name.startswith("language-")), None)}
            case "input":
                return {"type": attributes.get("type"), "checked": "checked" in attributes}
            case "ol" | "th" | "td":
                return {name: attributes.get(name) for name in ("start", "align")}
            case _:
                return {}

    def _unlink_bare_url(self) -> None:
        """Undo a link of a bare URL after `<` or `[`."""
        kinds = [token[0] for token in self.tokens[-4:]]
        if kinds != ["text", "a", "text", "/a"]:
            return
        before, link, text = self.tokens[-4:-1]
        url: str = dict(link[1:])["href"]
        if before[1][-1] in "<[" and text[1] in (url, url.removeprefix("http://")):
            del self.tokens[-3:]
            self.handle_data(text[1])


def _url(url: str | None) -> str:
    """Return a URL as both write it; without one, or with a scheme that is not harmless, nothing."""
    scheme = SCHEME.match(url or "")
    if scheme and scheme[1].lower() not in HARMLESS:
        return ""
    return LONE_PERCENT.sub("%25", FOOTNOTE.sub("#footnote", url or ""))


def structure(html: str, text: str) -> list[Token]:
    """Return the structure of a text's HTML; blanks beside a tag mean nothing."""
    tokens = Structure(html, partial_tabs="\t```" in text).tokens
    stripped = [
        (kind, *(value.strip(" ") for value in rest)) if kind == "text" else (kind, *rest) for kind, *rest in tokens
    ]
    return [token for token in stripped if token != ("text", "")]


def as_github(text: str) -> str:
    """Return a text as GitHub renders it, but with raw HTML as text.

    cmark-gfm leaves raw HTML out or in. What it left out is found by comparing both results.
    """
    safe = cast("str", cmark.markdown_to_html_with_extensions(text, OPTIONS, EXTENSIONS))
    whole = cast("str", cmark.markdown_to_html_with_extensions(text, OPTIONS | UNSAFE, EXTENSIONS))
    first, *others = safe.split(OMITTED)
    assert whole.startswith(first)
    parts, position = [first], len(first)
    for number, part in enumerate(others, 1):
        end = whole.rindex(part) if number == len(others) else whole.index(part, position + 1)
        parts += [escape(whole[position:end]), part]
        position = end + len(part)
    return "".join(parts)


def descriptions() -> Iterator[tuple[str, str]]:
    """Yield the descriptions of installed Python packages that are in Markdown."""
    for package in sorted(metadata.distributions(), key=lambda found: found.name.lower()):
        about = cast("Message", package.metadata)
        if (about["Description-Content-Type"] or "").startswith("text/markdown"):
            yield package.name, str(cast("Any", about).get_payload() or about["Description"] or "")


def readmes() -> Iterator[tuple[str, str]]:
    """Yield the READMEs of the front end's packages."""
    for path in sorted(PACKAGES.rglob("[Rr][Ee][Aa][Dd][Mm][Ee].md")):
        yield str(path.relative_to(PACKAGES)), path.read_text(errors="replace")


def rendered(texts: list[str], folder: Path) -> list[str]:
    """Return the texts as our front end renders them."""
    (folder / "texts.json").write_text(json.dumps(texts))
    command = ["node", "--input-type=module", "--eval", RENDER, str(FRONTEND), str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - our own script
    return json.loads((folder / "html.json").read_text())


@pytest.fixture(scope="module")
def _packages() -> None:
    if not (PACKAGES.is_dir() and shutil.which("node")):
        pytest.skip("the front end's packages are not installed: npm ci in frontend/")


@pytest.mark.usefixtures("_packages")
def test_real_texts_look_as_on_github(tmp_path: Path) -> None:
    fitting = (found for found in chain(descriptions(), readmes()) if len(found[1]) in SIZES)
    names, texts = zip(*islice(fitting, TEXTS), *((text, text) for text in SPECIMENS), strict=True)
    assert len(texts) == TEXTS + len(SPECIMENS)
    ours = rendered(list(texts), tmp_path)

    for name, text, html in zip(names, texts, ours, strict=True):
        assert structure(html, text) == structure(as_github(text), text), name


@pytest.mark.usefixtures("_packages")
def test_a_difference_is_seen(tmp_path: Path) -> None:
    texts = [
        "a\n\n- b\n- c",
        "*a*",
        "# a\n\n### b",
        "| a |\n| - |\n| b |",
        "[a](https://b.example)",
        "- [x] a",
        "`a<b`",
    ]
    others = ["a\n\n- b c", "**a**", "# a\n\n## b", "a | b", "[a](https://c.example)", "- [ ] a", "`>b`"]
    html = rendered(texts, tmp_path)

    for text, other, ours in zip(texts, others, html, strict=True):
        assert structure(ours, text) == structure(as_github(text), text)
        assert structure(ours, text) != structure(as_github(other), other)
