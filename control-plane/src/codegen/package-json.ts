/** The `n8n` block of the root's package.json: n8n loads what stands there, and nothing else. */

/** @param text the file as it is; only the block is rewritten, so that the rest keeps its looks */
export function withNodes(text: string, nodes: string[], credentials: string[]): string {
  const current = (JSON.parse(text) as { n8n?: Record<string, unknown> }).n8n ?? {};
  const block = JSON.stringify({ ...current, nodes, credentials }, null, 2).replaceAll('\n', '\n  ');
  const found = /"n8n":\s*\{[^{}]*\}/;
  if (!found.test(text)) throw new Error('package.json has no plain "n8n" block to write the nodes into.');
  return text.replace(found, () => `"n8n": ${block}`);
}
