// Records the histories that the replay test holds later versions of the workflows against: run
// `DLC_RECORD=1 npx jest test/replay` after adding a story. Histories that are there are never
// overwritten: they are what runs of released versions look like.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { temporal } from '@temporalio/proto';
import type { Lake } from '../support/lake';
import { stories } from './stories';
import type { Execution } from './stories/cast';

import proto = temporal.api.history.v1;

export const HISTORIES = join(__dirname, 'histories');

/** A payload that only was to make the history long, and an empty text in its place. */
const LONG = /(?<="data": ?")[^"]{100000,}(?=")/g;
const NOTHING = Buffer.from('""').toString('base64');

/** As the client's own, which can't take a long one in one message. */
async function fetchHistory({ client }: Lake, execution: Execution): Promise<proto.IHistory> {
  const events: proto.IHistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: 'default',
      execution,
      maximumPageSize: 2,
      ...(nextPageToken && { nextPageToken }),
    });
    events.push(...(page.history?.events ?? []));
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
  return { events };
}

/** Plays every story that has no history yet, and writes down what Temporal made of it. */
export async function recordMissing(lake: Lake): Promise<void> {
  for (const [name, play] of Object.entries(stories)) {
    const file = join(HISTORIES, `${name}.json`);
    if (existsSync(file)) continue;
    const { workflowId, runId } = await play(lake);
    const history = await fetchHistory(lake, { workflowId, runId });
    // Stack traces are no business of who reads it later.
    const text = historyToJSON(history).replaceAll(process.cwd(), '').replace(LONG, NOTHING);
    await writeFile(file, `${JSON.stringify(JSON.parse(text), null, 1)}\n`);
  }
}
