/** HTML made by `markdownToHtml`, which is safe. */
export function MarkdownHtml({ html }: { html: string }) {
  return <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />;
}
