// What the Temporal UI shows of a run as its current details, in Markdown.

import type { OpenedRun, Refusal } from '../domain/protocol';

/** Sources listed by name. */
const LISTED = 12;

export function currentDetails(
  title: string,
  summary: string,
  run: Pick<OpenedRun, 'runId' | 'openedAt' | 'state' | 'explanation' | 'sources' | 'sourceCount'>,
  refused: readonly Refusal[],
): string {
  const since = `${run.openedAt.slice(0, 16).replace('T', ' ')} UTC`;
  return [
    `### ${title}: ${summary}`,
    `Run \`${run.runId}\`, opened ${since}.`,
    ...(run.state === 'waiting' ? waitingFor(run) : consumed(run)),
    ...refused.map(({ at, message, code, reason }) => `- ⚠ ${at}: ${message} refused, ${code}: ${reason}`),
  ].join('\n\n');
}

function waitingFor({ explanation }: Pick<OpenedRun, 'explanation'>): string[] {
  if (!explanation) return [];
  const leaves = [...explanation.of].sort((a, b) => Number(a.satisfied) - Number(b.satisfied));
  const lines = leaves
    .slice(0, LISTED)
    .map(({ source, satisfied, ready }) =>
      satisfied ? `- ✓ \`${source}\`: ${String(ready)} ready` : `- ⏳ \`${source}\`: nothing ready yet`,
    );
  return [[...lines, ...more(leaves.length)].join('\n')];
}

function consumed({ sources, sourceCount }: Pick<OpenedRun, 'sources' | 'sourceCount'>): string[] {
  if (sourceCount === 0) return ['It consumes no source runs.'];
  const lines = sources.slice(0, LISTED).map((source) => {
    const partition = source.dataflowPartitionKey === null ? '' : ` @ ${source.dataflowPartitionKey}`;
    const rows = source.recordCount === null ? '' : `, ${String(source.recordCount)} rows`;
    return `- \`${source.sourceDataflow}${partition}\`${rows} (run \`${source.sourceRunId}\`)`;
  });
  return [
    `It consumes ${String(sourceCount)} source run${sourceCount === 1 ? '' : 's'}:`,
    [...lines, ...more(sourceCount)].join('\n'),
  ];
}

const more = (count: number): string[] => (count > LISTED ? [`- … and ${String(count - LISTED)} more`] : []);
