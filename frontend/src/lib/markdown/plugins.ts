import type { ElementContent, Root } from "hast";
import { visit } from "unist-util-visit";

const HEADING = /^h([1-6])$/;

/** A rehype plugin: raw HTML becomes text, so that users see what they wrote and none of it is executed. */
export function rehypeHtmlAsText() {
  return (tree: Root) => {
    visit(
      tree,
      "raw" as never,
      (node: { value: string }, index, parent: { children: ElementContent[] } | undefined) => {
        if (parent && index !== undefined) parent.children[index] = { type: "text", value: node.value };
      },
    );
  };
}

/** A rehype plugin: the text's highest heading becomes `level`, and the others keep their distance, down to h6. */
export function rehypeHeadingLevels({ level }: { level: number }) {
  return (tree: Root) => {
    const depths: number[] = [];
    visit(tree, "element", ({ tagName, properties }) => {
      const depth = HEADING.exec(tagName)?.[1];
      if (depth && properties.id !== "footnote-label") depths.push(Number(depth));
    });
    const shift = level - Math.min(...depths);
    visit(tree, "element", (element) => {
      const depth = HEADING.exec(element.tagName)?.[1];
      if (depth && element.properties.id !== "footnote-label")
        element.tagName = `h${Math.min(6, Number(depth) + shift)}`;
    });
  };
}

/** A rehype plugin: nofollow links, lazy images, keyboard-scrollable tables and code, labelled task checkboxes. */
export function rehypePageElements({ taskDone, taskOpen }: { taskDone: string; taskOpen: string }) {
  return (tree: Root) => {
    visit(tree, "element", (element, index, parent) => {
      const { tagName, properties } = element;
      if (tagName === "a") properties.rel = ["nofollow", "noopener", "noreferrer"];
      if (tagName === "img") element.properties = { src: properties.src, alt: properties.alt ?? "", loading: "lazy" };
      if (tagName === "pre") properties.tabIndex = 0;
      if (tagName === "input") properties.ariaLabel = properties.checked ? taskDone : taskOpen;
      if (tagName === "table" && parent && index !== undefined) {
        const scroller = { tabIndex: 0, role: "region", className: ["overflow-x-auto"] };
        parent.children[index] = { type: "element", tagName: "div", properties: scroller, children: [element] };
        return index + 1;
      }
    });
  };
}
