/** The nodes of these kinds and everything that they need, in the order they came in. Pure. */
export function selectNodes<
  N extends { readonly id: string; readonly kind: string; readonly needs: readonly string[] },
>(nodes: readonly N[], kinds: readonly string[]): N[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const selected = new Set<string>();
  const select = (id: string): void => {
    const node = byId.get(id);
    if (!node || selected.has(id)) return;
    selected.add(id);
    node.needs.forEach(select);
  };
  for (const node of nodes) if (kinds.includes(node.kind)) select(node.id);
  return nodes.filter((node) => selected.has(node.id));
}
