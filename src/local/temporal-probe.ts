// Does a Temporal service really answer: its frontend, the namespace, and the search attributes that we list runs by?
import { Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';

export interface TemporalProbe {
  readonly connection: ConnectionOptions;
  readonly namespace: string;
  readonly searchAttributes?: readonly string[];
}

/** Throws what the service (or its absence) says. */
export async function assertTemporalAnswers({
  connection,
  namespace,
  searchAttributes = [],
}: TemporalProbe): Promise<void> {
  const client = await Connection.connect({ ...connection, connectTimeout: '5s' });
  try {
    await client.withDeadline(Date.now() + 5_000, async () => {
      await client.workflowService.describeNamespace({ namespace });
      if (searchAttributes.length === 0) return;
      const query = searchAttributes.map((name) => `${name} IS NULL`).join(' AND ');
      await client.workflowService.countWorkflowExecutions({ namespace, query });
    });
  } finally {
    await client.close();
  }
}
