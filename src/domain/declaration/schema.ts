// A declaration: dataflows with their sources, as one value. It is what `dlc.yaml` holds.

import { z } from 'zod';
import { optional, text } from '../parse';
import { dataflowFields, relationFields } from '../registration';
import { scheduleSchema } from '../schedule';

const source = z.object(
  relationFields,
  "What there is to say of a source must be a map such as { partition: 'hour→day' }.",
);

const SOURCES = "sources must be a list of keys, or a map from key to { partition: 'hour→day' }.";

const sources = z.union(
  [
    z.array(z.string(`A source in a list must be the key of a dataflow. ${SOURCES}`)),
    z.record(z.string(), source.nullish()),
  ],
  SOURCES,
);

export const dataflowDeclaration = z.object(
  {
    ...dataflowFields,
    sources: optional(sources),
    schedule: optional(scheduleSchema),
    schedules: optional(z.record(z.string(), scheduleSchema, 'schedules must be a map from name to schedule.')),
  },
  'A dataflow must be a map of its fields.',
);

const head = {
  version: z.literal(1, 'version must be 1: the version of the form of this file.'),
  zoneOrder: optional(z.array(text('A zone', 480), 'zoneOrder must be a list of zones, from low to high.')),
};

const NO_MAP = 'dataflows must be a map from key to dataflow.';

export const declarationSchema = z.object({
  ...head,
  dataflows: z.record(z.string(), dataflowDeclaration.nullish(), NO_MAP),
});

/** Dataflows are read one by one: what is wrong with one hides nothing of the others. */
export const declarationHead = z.object(
  { ...head, dataflows: z.record(z.string(), z.unknown(), NO_MAP) },
  'A declaration must be a map with version: 1 and dataflows.',
);

/**
 * Plain JSON. What a dataflow leaves out has its default: a dataflow without `sources` has none. Its schedules alone are left as they
 * are where it says nothing of them; `schedules: {}` has none.
 */
export type Declaration = z.input<typeof declarationSchema>;
export type DataflowDeclaration = z.input<typeof dataflowDeclaration>;
