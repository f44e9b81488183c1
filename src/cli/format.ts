// Plain text for people: aligned columns, times in UTC, nothing that a terminal would take for a command.

import { showTime } from '../domain/time';

export type Cell = string | number | boolean | Date | null | undefined;

/** One line; `-` for nothing. */
export function cell(value: Cell): string {
  if (value === null || value === undefined || value === '') return '-';
  if (value instanceof Date) return showTime(value);
  return printable(String(value));
}

/** Columns by the widest cell, two blanks apart; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [headings.map((heading) => heading.toUpperCase()), ...rows.map((row) => row.map(cell))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const numeric = headings.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  return lines
    .map((line) =>
      line
        .map((text, column) =>
          numeric[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `name  value` lines; what has no value is left out. */
export function facts(entries: Readonly<Record<string, Cell>>): string {
  const given = Object.entries(entries).filter(([, value]) => cell(value) !== '-');
  const width = Math.max(0, ...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`).join('\n');
}

/** `1 run`, `3 runs` */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

// Messages come from outside: control characters (terminal escapes, line breaks) are shown, not obeyed.
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^[^\\]$/, '\uFFFD'),
  );
}
