// What two people do to one dataflow at once.

import { setStatus } from '../../src/activities/operate/status';
import type { Queryable } from '../../src/store';
import type { SqlValue } from '../../src/store/database';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

test('a dataflow that is retired while somebody enables it stays retired', async () => {
  const { operations } = lake.coordinator;
  const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'retired-meanwhile');
  await operations.disableDataflow(id);
  let retiring: Promise<unknown> | undefined;
  let isRetired = false;
  const isHeldUp = async () => {
    const waiting = await lake.db.select(
      `SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'UPDATE dataflow\\_graph%'`,
    );
    return waiting.length > 0;
  };
  await lake.db.transaction(async (tx) => {
    const interrupted: Queryable = {
      select: async <Row>(sql: string, values?: readonly SqlValue[]) => {
        const rows = await tx.select<Row>(sql, values);
        // Just after it was read as disabled.
        retiring ??= operations.retireDataflow(id).then(() => (isRetired = true));
        await eventually(async () => isRetired || (await isHeldUp()));
        return rows;
      },
      write: (sql, values) => tx.write(sql, values),
    };
    await setStatus(interrupted, id, 'enabled', { operationId: 'enable', by: 'ann', reason: null });
  });
  await retiring;
  expect(await lake.coordinator.getDataflow(id)).toMatchObject({ status: 'retired' });
});
