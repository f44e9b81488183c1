// What a schedule asks for each time it fires: a run that waits for its sources, so that time and data both count.

import { z } from 'zod';
import { optional, parseInput, text } from '../parse';
import type { StartRequestInput } from '../start-request';
import type { ScheduleSpec } from './schema';
import { partitionAt } from './template';

/** The part of a start that a schedule sets; it says which schedule it was. */
const scheduledSchema = z.looseObject({
  scheduled: z.looseObject(
    {
      name: z.string('scheduled.name must be text.'),
      /** A template: its periods are filled in from the time that the schedule fired for. */
      partition: optional(text('scheduled.partition', 480)),
      timeZone: text('scheduled.timeZone', 100),
      /** The time that it fired for: set by the run itself, once it is known. ISO 8601. */
      at: optional(z.iso.datetime({ offset: true, error: 'scheduled.at must be a time, in ISO 8601.' })),
    },
    'scheduled must be an object.',
  ),
});

export function scheduledRequest(key: string, name: string, spec: ScheduleSpec): StartRequestInput {
  const { partition, timeZone, dependencyCheck, priority, deadline, startBy } = spec;
  const given = Object.entries({ dependencyCheck, priority, deadline, startBy }).filter(([, value]) => value !== null);
  return {
    dataflow: key,
    wait: true,
    by: name === '' ? 'schedule' : `schedule ${name}`.slice(0, 255),
    scheduled: { name, partition, timeZone },
    ...(Object.fromEntries(given) as Partial<StartRequestInput>),
  };
}

/**
 * The request with its partition, for the time that the schedule fired for. One that no schedule made, or that has its time
 * already, is returned as it is.
 * @throws InvalidArgumentError
 */
export function resolveScheduled(request: unknown, firedFor: () => Date): unknown {
  if (typeof request !== 'object' || request === null || !('scheduled' in request) || request.scheduled == null) {
    return request;
  }
  const { scheduled } = parseInput(scheduledSchema, request, 'The start');
  if (scheduled.at !== null) return request;
  const at = firedFor();
  const { partition, timeZone } = scheduled;
  return {
    ...request,
    scheduled: { ...scheduled, at: at.toISOString() },
    ...(partition !== null && { partitionKey: partitionAt(partition, at, timeZone) }),
  };
}
