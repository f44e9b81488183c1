// What the Temporal UI shows of a run as its current details, in Markdown.

import type { OpenedRun, Refusal } from '../domain/protocol';
import { countLeaves, leavesOf } from '../domain/rule';
import type { ExplanationLeaf } from '../domain/rule';
import type { RecordedEnd } from '../domain/same-finish';

/** Sources listed by name. */
const LISTED = 12;

export function currentDetails(
  title: string,
  summary: string,
  run: Pick<OpenedRun, 'runId' | 'openedAt' | 'state' | 'explanation' | 'sources' | 'sourceCount'>,
  refused: readonly Refusal[],
  end?: RecordedEnd,
): string {
  const since = `${run.openedAt.slice(0, 16).replace('T', ' ')} UTC`;
  return [
    `### ${title}: ${summary}`,
    `Run \`${run.runId}\`, opened ${since}.`,
    ...(run.state === 'waiting' ? waitingFor(run) : consumed(run)),
    ...(end ? ending(end) : []),
    ...refused.map(({ at, message, code, reason }) => `- ⚠ ${at}: ${message} refused, ${code}: ${reason}`),
  ].join('\n\n');
}

function waitingFor({ explanation }: Pick<OpenedRun, 'explanation'>): string[] {
  if (!explanation) return [];
  const leaves = leavesOf(explanation).sort((a, b) => Number(a.satisfied) - Number(b.satisfied));
  const lines = leaves
    .slice(0, LISTED)
    .map((leaf) => `- ${leaf.satisfied ? '✓' : '○'} \`${leaf.source}\`: ${readyOf(leaf)}`);
  return [[...lines, ...more(countLeaves(explanation))].join('\n')];
}

function readyOf({ ready, need, optional }: ExplanationLeaf): string {
  const count = need === undefined ? String(ready) : `${String(ready)} of ${String(need)}`;
  const what = ready === 0 && need === undefined ? 'nothing ready yet' : `${count} ready`;
  return optional ? `${what} (optional)` : what;
}

function consumed({ sources, sourceCount }: Pick<OpenedRun, 'sources' | 'sourceCount'>): string[] {
  if (sourceCount === 0) return ['It consumes no source runs.'];
  const lines = sources.slice(0, LISTED).map((source) => {
    const partition = source.dataflowPartitionKey === null ? '' : ` @ ${source.dataflowPartitionKey}`;
    const rows = source.recordCount === null ? '' : `, ${rowsOf(source.recordCount)}`;
    return `- \`${source.sourceDataflow}${partition}\`${rows} (run \`${source.sourceRunId}\`)`;
  });
  return [
    `It consumes ${sourceCount.toLocaleString('en-US')} source run${sourceCount === 1 ? '' : 's'}:`,
    [...lines, ...more(sourceCount)].join('\n'),
  ];
}

function ending({ state, recordCount, batchRunId, partitionKey, message }: RecordedEnd): string[] {
  const said = message === null ? [] : [message];
  if (state !== 'success') return said;
  const parts = [
    recordCount === null ? '' : rowsOf(recordCount),
    partitionKey === null ? '' : `partition \`${partitionKey}\``,
    batchRunId === null ? '' : `batch \`${batchRunId}\``,
  ].filter((part) => part !== '');
  return parts.length > 0 ? [`It wrote ${parts.join(', ')}.`, ...said] : said;
}

const rowsOf = (count: number): string => `${count.toLocaleString('en-US')} row${count === 1 ? '' : 's'}`;

const more = (count: number): string[] => (count > LISTED ? [`- … and ${String(count - LISTED)} more`] : []);
