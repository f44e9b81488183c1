// Changes some fields of a dataflow; what isn't given stays as it is, what is given as null has its default again.

import { dataflowOff } from '../../domain/dataflow-off';
import { dataflowDeclarationOf } from '../../domain/declaration/export';
import { checkKnown } from '../../domain/declaration/options';
import type { DeclaredDataflow } from '../../domain/declaration/read';
import { definedOf } from '../../domain/defined';
import type { Dataflow } from '../../domain/model';
import { parseDataflowOptions } from '../../domain/registration';
import type { DataflowOptionsInput } from '../../domain/registration';
import { changedDeadline } from '../../domain/start';
import type { DeadlineChange } from '../../domain/start';
import { dataflowRef } from '../../domain/start-request';
import { findDataflow, relationsOfTarget } from '../../store';
import type { Change } from './plan';

type TriggerUpdate = Omit<NonNullable<DataflowOptionsInput['trigger']>, 'deadline'> & {
  readonly deadline?: DeadlineChange | undefined;
};

/** `job` and `config` are replaced as a whole, of `trigger` and its `deadline` each field by itself. */
export type DataflowUpdate = Omit<DataflowOptionsInput, 'ifExists' | 'trigger'> & {
  readonly trigger?: TriggerUpdate | null | undefined;
};

export function updateChange(idOrKey: string | number, update: DataflowUpdate): Change {
  const ref = dataflowRef(idOrKey);
  checkKnown('update', update);
  return {
    kind: 'updateDataflow',
    title: 'The dataflow',
    schedules: update.workflowType !== undefined || update.taskQueue !== undefined,
    read: async (db) => {
      const dataflow = await findDataflow(db, ref);
      return { dataflows: [dataflow], relations: await relationsOfTarget(db, dataflow.id) };
    },
    declare: ({ dataflows }) => ({
      zoneOrder: [],
      dataflows: dataflows.map((dataflow) => declared(dataflow, update)),
    }),
  };
}

/** @throws DataflowDisabledError for a retired one; InvalidArgumentError */
function declared(dataflow: Dataflow, update: DataflowUpdate): DeclaredDataflow {
  if (dataflow.status === 'retired') throw dataflowOff(dataflow, "it can't be changed");
  const options = parseDataflowOptions(updated(dataflow, update));
  return { key: dataflow.key, parts: dataflow, options, sources: null, schedules: null, path: [] };
}

function updated(dataflow: Dataflow, update: DataflowUpdate): DataflowOptionsInput {
  const { sources: _, ...before } = dataflowDeclarationOf(dataflow, []);
  const { trigger, ...others } = update;
  const given = { ...before, ...definedOf(others) };
  // What is no object is for the schema to refuse; null is the default of all of its fields.
  if (trigger === undefined) return given;
  if (typeof trigger !== 'object' || trigger === null) return { ...given, trigger };
  const { deadline, ...rest } = trigger;
  return {
    ...given,
    trigger: {
      ...before.trigger,
      ...definedOf(rest),
      ...(deadline !== undefined && { deadline: changedDeadline(before.trigger?.deadline, deadline) }),
    },
  };
}
