// Makes a workflow look in MySQL: it may not know how its run stands there.

import { MESSAGES } from '../domain/messages';
import type { Context } from './context';
import { isGone } from './temporal-errors';

/** Each is a line in its history; one that doesn't run any more needs none. */
export async function wakeWorkflow({ temporal }: Pick<Context, 'temporal'>, workflowId: string): Promise<void> {
  try {
    await temporal.workflow.getHandle(workflowId).signal(MESSAGES.sourceFinished);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
