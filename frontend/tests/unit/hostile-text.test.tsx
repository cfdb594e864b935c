import { describe, expect, test } from "vitest";

import common from "@messages/ru/common.json";
import { markdownToHtml } from "@/lib/markdown/to-html";
import { isVideoUrl } from "@/lib/security/video-hosts";
import { returnPath } from "@/lib/session/return-path";

const SCRIPTS = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\tscript:alert(1)",
  "&#106;avascript:alert(1)",
  "&Tab;javascript:alert(1)",
  "\u0001javascript:alert(1)",
  "javascript&colon;alert(1)",
  "vbscript:msgbox(1)",
  "data:text/html,<script>alert(1)</script>",
  "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIj4=",
  "blob:https://evil.example/1",
  "file:///etc/passwd",
];

const HOSTILE_TEXTS = [
  ...SCRIPTS.flatMap((url) => [`[a](${url})`, `[a](<${url}>)`, `![a](${url})`, `<${url}>`, `[a][1]\n\n[1]: ${url}`]),
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg><script>alert(1)</script></svg>",
  "<svg onload=alert(1)>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
  "<style>@import 'https://evil.example'</style>",
  "<form action=https://evil.example><input name=password></form>",
  "<base href=https://evil.example>",
  "<meta http-equiv=refresh content='0;url=https://evil.example'>",
  "<object data=javascript:alert(1)></object>",
  '[a](https://a.example "x\\" onmouseover=alert(1) \\"")',
  '![" onerror=alert(1) "](https://a.example/a.png)',
  '```html" onclick=alert(1)\n<script>alert(1)</script>\n```',
  "`<script>alert(1)</script>`",
  "<scr<script>ipt>alert(1)</scr</script>ipt>",
  "<details open ontoggle=alert(1)>",
  "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
  "| <img src=x onerror=alert(1)> |\n| --- |\n| [a](javascript:alert(1)) |",
  "- [x] <b onclick=alert(1)>done</b>",
];

const labels = {
  footnotes: common.markdown.footnotes,
  backToText: common.markdown.backToText,
  taskDone: common.markdown.taskDone,
  taskOpen: common.markdown.taskOpen,
};
const render = (text: string) => markdownToHtml(text, { level: 2, labels });

/** Return the tags of a page's source, without the text between them. */
function tags(html: string): string[] {
  return html.match(/<[^>]*>/g) ?? [];
}

const HARMLESS =
  /^<\/?(a|blockquote|br|code|del|div|em|h[2-6]|hr|img|input|li|ol|p|pre|section|span|strong|sup|table|tbody|td|th|thead|tr|ul|link)\b/;

describe("Markdown of a stranger", () => {
  test.each(HOSTILE_TEXTS)("%j holds nothing that runs", (text) => {
    for (const tag of tags(render(text))) {
      expect(tag).toMatch(HARMLESS);
      expect(tag.replace(/"[^"]*"/g, "")).not.toMatch(/\s(on\w+|style|srcdoc)=/i);
      for (const [, address = ""] of tag.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
        expect(address).toMatch(/^(https?:|mailto:|#|$)/);
      }
    }
  });

  test("single tildes are text", () => {
    expect(render("H~2~O, PATH=~/bin:~/x")).toContain("H~2~O, PATH=~/bin:~/x");
    expect(render("~~gone~~")).toContain("<del>gone</del>");
  });

  test("footnotes lead to their text and back, with headings in the page's language", () => {
    const html = render("Text[^a].\n\n[^a]: Note.");
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    const targets = [...html.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id);
    expect(targets).toHaveLength(2);
    expect(ids).toEqual(expect.arrayContaining(targets));
    expect(html).toContain(">Сноски</h2>");
    expect(html).not.toContain("Footnotes");
  });

  test("headings begin below the page's own and leave out no level", () => {
    expect(render("## A\n\n### B\n\n## C").match(/<h\d/g)).toEqual(["<h2", "<h3", "<h2"]);
    expect(render("# A\n\n###### B").match(/<h\d/g)).toEqual(["<h2", "<h6"]);
  });

  test("the boxes of task lists have names", () => {
    expect(render("- [x] a\n- [ ] b").match(/aria-label="[^"]*"/g)).toEqual([
      'aria-label="Выполнено"',
      'aria-label="Не выполнено"',
    ]);
  });

  test("the allowed is shown", () => {
    const html = render("**a** [b](https://a.example)");
    expect(html).toContain("<strong>a</strong>");
    expect(html).toContain('href="https://a.example"');
  });
});

test.each([
  ...SCRIPTS,
  "https://www.youtube.com.evil.example/embed/a",
  "https://evil.example/#www.youtube.com",
  "https://www.youtube.com@evil.example/embed/a",
  "http://www.youtube.com/embed/a",
  "//www.youtube.com/embed/a",
  "https://www.youtube.com:444/embed/a",
])("%j comes into no frame", (url) => {
  expect(isVideoUrl(url)).toBe(false);
});

test.each([
  ...SCRIPTS,
  "///evil.example",
  "/\\/evil.example",
  "/\t/evil.example",
  "/\u0085/evil.example",
  " /a",
  "\\\\evil",
])("signing in does not lead to %j", (wanted) => {
  expect(returnPath(wanted)).toBe("/");
  expect(new URL(returnPath(wanted), "https://own.example").origin).toBe("https://own.example");
});

test("a path with an encoded slash stays on this site", () => {
  expect(new URL(returnPath("/%2f%2fevil.example"), "https://own.example").origin).toBe("https://own.example");
});
