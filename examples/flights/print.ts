// Plain text for people: numbers, tables, links, the tree.

export const number = (value: number): string => value.toLocaleString('en-US');

/** Columns as wide as their longest cell; those of `right` (by index) aligned right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number): string =>
    right.includes(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join('   ').trimEnd()}`).join('\n');
}

export const heading = (text: string): string => `\n${text}\n${'─'.repeat(text.length)}`;

/** The words to click where a terminal can do that, else the address. */
export function link(words: string, url: string): string {
  return process.stdout.isTTY ? `\u001b]8;;${url}\u001b\\${words}\u001b]8;;\u001b\\` : url;
}

/** Before each line of a tree, the root first. */
export function branches<Node extends { readonly sources: readonly Node[] }>(
  root: Node,
): { line: string; node: Node }[] {
  const below = root.sources.flatMap((source, index) => {
    const last = index === root.sources.length - 1;
    return branches(source).map(({ line, node }, depth) => {
      const first = last ? '└─ ' : '├─ ';
      const rest = last ? '   ' : '│  ';
      return { line: `${depth === 0 ? first : rest}${line}`, node };
    });
  });
  return [{ line: '', node: root }, ...below];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (upper + lower) / 2;
}
