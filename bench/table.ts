// Tables as Markdown prints them, readable as they are.

/** The first row is the head; numbers are aligned to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => shown(row[column]).length)));
  const lines = rows.map((row) => {
    const cells = row.map((value, column) => {
      const width = widths[column] ?? 0;
      return typeof value === 'number' ? shown(value).padStart(width) : value.padEnd(width);
    });
    return `| ${cells.join(' | ')} |`;
  });
  return [lines[0], `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.slice(1)].join('\n');
}

const shown = (value: string | number | undefined): string =>
  typeof value === 'number' ? value.toLocaleString('en-US') : (value ?? '');
