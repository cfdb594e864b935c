import type { Element, Root } from "hast";
import { visit } from "unist-util-visit";

const HEADING = /^h([1-6])$/;

/** A rehype plugin: the text's highest heading gets `level`, the others keep their distance, down to h6. */
export function rehypeHeadingLevels({ level }: { level: number }) {
  return (tree: Root) => {
    const headings: { element: Element; depth: number }[] = [];
    visit(tree, "element", (element) => {
      const depth = HEADING.exec(element.tagName)?.[1];
      if (depth && element.properties.id !== "footnote-label") headings.push({ element, depth: Number(depth) });
    });
    const highest = Math.min(...headings.map(({ depth }) => depth));
    for (const { element, depth } of headings) element.tagName = `h${Math.min(6, depth - highest + level)}`;
  };
}

/** A rehype plugin: names the boxes of task lists, which stand before their text without a label. */
export function rehypeTaskLabels({ done, open }: { done: string; open: string }) {
  return (tree: Root) => {
    visit(tree, "element", ({ tagName, properties }) => {
      if (tagName === "input") properties.ariaLabel = properties.checked ? done : open;
    });
  };
}
