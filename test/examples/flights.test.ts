// `npm run demo` as somebody runs it who has just cloned this: a process that needs nothing but itself.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { FLIGHTS } from '../../examples/flights/originals';
import { EXAMPLES, linesOf } from './process';

const SECONDS = 1000;

let said: string;
let lines: string[];
beforeAll(async () => {
  const demo = join(EXAMPLES, 'flights/demo.ts');
  lines = await linesOf(process.execPath, ['--import', 'tsx', demo, '--months', '2', '--late', '1']);
  said = lines.join('\n');
}, 180 * SECONDS);

test('its counts are those of the original file', async () => {
  const counts = await countOriginal();
  expect(counts).toHaveLength(2);
  for (const { month, raw, cleaned, airports } of counts) {
    const row = lines.find((line) => line.trim().startsWith(`${month} `) && line.includes('='));
    expect(row?.trim().split(/\s{2,}/)).toEqual([month, same(raw), same(cleaned), same(airports), '✓']);
  }
  expect(said).toContain('All counts agree.');
});

test('it shows which runs each result consumed, with the page of each in the Temporal UI', () => {
  for (const month of ['2001-01', '2001-02']) {
    const at = lines.findIndex(
      (line) => line.startsWith(`  cz:airport-delays @ month=${month} `) && line.includes('/history'),
    );
    const [root, ...below] = lines.slice(at, at + 4);
    const flights = below.findIndex((line) => line.includes(`─ sz:flights @ month=${month} `));
    expect(root).toMatch(new RegExp(`/workflows/dlc%3Acz%3Aairport-delays%40month%3D${month}/[0-9a-f-]{36}/history$`));
    expect(below[flights + 1]).toMatch(new RegExp(`^ {2}[│ ] {2}└─ rz:flights @ month=${month} `));
    expect(below.filter((line) => line.includes(`─ rz:airports @ month=${month} `))).toHaveLength(1);
  }
});

test('a run whose airports are late says what it waits for', () => {
  expect(said).toContain('cz:airport-delays @ month=2001-02 says: waiting for rz:airports; has 1 of 2.');
});

test('its result names ten airports with their cities, the latest first', () => {
  const at = lines.findIndex((line) => line.includes('airport   city'));
  const rows = lines.slice(at + 1, at + 11).map((line) => line.trim().split(/\s{2,}/));
  const minutes = rows.map((row) => Number(row[3]));
  expect(rows.every((row) => /^[A-Z]{3}$/.test(row[0]!) && /, [A-Z]{2}$/.test(row[1]!))).toBe(true);
  expect(minutes).toEqual([...minutes].sort((a, b) => b - a));
});

test('nothing of it is left', () => {
  const lake = /Lake +(\S+)/.exec(said)?.[1];
  expect(lake).toBeDefined();
  expect(existsSync(join(lake!, '..'))).toBe(false);
});

interface Counted {
  readonly month: string;
  readonly raw: number;
  readonly cleaned: number;
  readonly airports: number;
}

// In words of its own: a flight is its five fields, and belongs to the month in which the minute before it lies.
async function countOriginal(): Promise<Counted[]> {
  const db = await (await DuckDBInstance.create()).connect();
  const reader = await db.runAndReadAll(`
    WITH flight AS (
      SELECT strftime(date - INTERVAL '1 minute', '%Y-%m') AS month, * FROM '${FLIGHTS}' WHERE date < '2001-03-02'
    ), plausible AS (
      SELECT month, destination FROM flight WHERE delay BETWEEN -120 AND 1380
      GROUP BY month, date, delay, distance, origin, destination
    )
    SELECT month, count(*)::INT AS raw,
           (SELECT count(*)::INT FROM plausible WHERE plausible.month = flight.month) AS cleaned,
           (SELECT count(DISTINCT destination)::INT FROM plausible WHERE plausible.month = flight.month) AS airports
    FROM flight
    WHERE month < '2001-03'
    GROUP BY month
    ORDER BY month`);
  db.closeSync();
  return reader.getRowObjectsJS() as unknown as Counted[];
}

const same = (count: number): string => `${count.toLocaleString('en-US')} = ${count.toLocaleString('en-US')}`;
