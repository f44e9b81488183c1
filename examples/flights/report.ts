// What the demo prints at the end: the result, where it comes from, whether it is right, and how fast it went.

import { checkText } from './check-text';
import { checkAgainstOriginal } from './check';
import { CZ_DELAYS, SZ_FLIGHTS } from './lake';
import { lineageText, runsOf, traceRun } from './lineage';
import type { RunTree } from './lineage';
import { heading, number } from './print';
import { latestAirports, resultText } from './result';
import type { Stage } from './stage';
import { timingText } from './timing';

/** Prints it; resolves with whether the counts agree. */
export async function report({ coordinator, lake, urlOf }: Stage): Promise<boolean> {
  const results = await coordinator.listDataflowRuns({ dataflow: CZ_DELAYS });
  const trees = await Promise.all(results.map((run) => traceRun(coordinator, run.runId)));
  trees.sort((a, b) => String(a.run.partitionKey).localeCompare(String(b.run.partitionKey)));

  const section = (title: string, text: string): void => console.log(`${heading(title)}\n${text}`);
  section('Where flights arrive latest', resultText(await latestAirports(lake, trees)));
  section('Where this comes from', lineageText(trees, urlOf));
  const check = await checkAgainstOriginal(lake, trees);
  section('Is it right?', `${checkText(check)}\n  ${droppedText(trees)}`);
  section('How fast', timingText(trees));
  return check.agrees;
}

/** What sz:flights left out, by its own count. */
function droppedText(trees: readonly RunTree[]): string {
  const cleaned = trees.flatMap(runsOf).filter((run) => run.dataflow === SZ_FLIGHTS);
  const dropped = cleaned.map((run) => run.metadata?.['dropped'] as Readonly<Record<string, number>> | undefined);
  const sum = (reason: string): number => dropped.reduce((total, counts) => total + (counts?.[reason] ?? 0), 0);
  return (
    `${SZ_FLIGHTS} left out ${number(sum('impossible'))} records with impossible delays ` +
    `(more than 2 hours early or 23 hours late) and ${number(sum('duplicate'))} duplicates.`
  );
}
