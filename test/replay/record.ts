// Records the histories that the replay test holds later versions of the workflows against: run
// `DLC_RECORD=1 npx jest test/replay` after adding a story. Histories that are there are never
// overwritten: they are what runs of released versions look like.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Lake } from '../support/lake';
import { stories } from './stories';

export const HISTORIES = join(__dirname, 'histories');

/** Plays every story that has no history yet, and writes down what Temporal made of it. */
export async function recordMissing(lake: Lake): Promise<void> {
  for (const [name, play] of Object.entries(stories)) {
    const file = join(HISTORIES, `${name}.json`);
    if (existsSync(file)) continue;
    const { workflowId, runId } = await play(lake);
    const history = await lake.client.workflow.getHandle(workflowId, runId).fetchHistory();
    // Stack traces are no business of who reads it later.
    const text = historyToJSON(history).replaceAll(process.cwd(), '');
    await writeFile(file, `${JSON.stringify(JSON.parse(text), null, 1)}\n`);
  }
}
