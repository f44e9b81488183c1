// The check as text: what lineage says beside what was counted again.

import { isEqual } from './check';
import type { Check, Counts } from './check';
import { number, table } from './print';

export function checkText({ months, airportsThatDiffer, agrees }: Check): string {
  const rows = months.map((month) => {
    const { lineage, counted } = month;
    return [
      month.month,
      both(lineage.raw, counted.raw),
      both(lineage.cleaned, counted.cleaned),
      both(lineage.airports, counted.airports),
      isEqual(month) ? '✓' : '✗',
    ];
  });
  const sum = (of: (counts: Counts) => number): string =>
    both(total(months.map(({ lineage }) => of(lineage))), total(months.map(({ counted }) => of(counted))));
  const all = ['all', sum(({ raw }) => raw), sum(({ cleaned }) => cleaned), '', ''];
  return [
    'Left: what the runs reported, kept as lineage. Right: what DuckDB counts in the original file.',
    '',
    table([['month', 'rz:flights', 'sz:flights', 'cz: airports', ''], ...rows, all], [1, 2, 3]),
    '',
    airportsThatDiffer === 0
      ? '  ✓ Flights and minutes of delay of every airport are those of the original file.'
      : `  ✗ Flights or minutes of delay of ${number(airportsThatDiffer)} airports differ from the original file.`,
    agrees ? '  ✓ All counts agree.' : '  ✗ The counts do not agree.',
  ].join('\n');
}

const both = (left: number, right: number): string => `${number(left)} ${left === right ? '=' : '≠'} ${number(right)}`;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
