// Source runs as a table: those that are ready, and those that a run has claimed.

import type { SourceRun } from '../domain/protocol';
import { showTime } from '../domain/time';
import { table } from './format';

export function sourceTable(sources: readonly SourceRun[]): string {
  const rows = sources.map((source) => [
    source.sourceDataflow,
    source.sourceRunId,
    source.dataflowPartitionKey,
    source.dataflowBatchRunId,
    source.recordCount,
    showTime(source.readyAt),
  ]);
  return table(['source', 'source run', 'partition', 'batch', 'records', 'ready'], rows);
}
