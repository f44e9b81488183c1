// What comes from others, decoded by us. Left to the SDK, a signal or a job's result that can't be decoded fails the workflow
// task, again and again: one payload, and nothing could end the run any more. Here it is refused like any other bad one.

import { defaultPayloadConverter, RawValue, rawValueTypeInfo } from '@temporalio/common';
import type { Payload, PayloadConverter, PayloadTypeInfo, TypeInfo } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { InvalidArgumentError } from '../domain/errors';
import { isDeeperThan } from '../domain/json-levels';

/** For every argument, however many a message has. */
const RAW: readonly TypeInfo[] = new Proxy<TypeInfo[]>([], { get: () => rawValueTypeInfo });

/** The definition for its handler, which gets its arguments for `decode`. Who sends the message uses the plain one. */
export function undecoded<D extends { typeInfo?: PayloadTypeInfo }>(definition: D): D {
  return { ...definition, typeInfo: { ...definition.typeInfo, inputTypes: RAW } };
}

/** As `undecoded`, for a workflow that a worker registers. Who starts it uses the plain function. */
export function undecodedWorkflow<W extends (request: unknown) => Promise<unknown>>(name: string, workflow: W): W {
  const staticOptions = { typeInfo: { inputTypes: RAW } };
  const registered = (request: unknown): Promise<unknown> => workflow(request);
  return Object.defineProperty(Object.assign(registered, { staticOptions }), 'name', { value: name }) as unknown as W;
}

/** For a job, whose result is then for `decode`. */
export const UNDECODED_RESULT: PayloadTypeInfo = { outputType: rawValueTypeInfo };

/**
 * Levels that a message may nest: more than any field of ours, unknown ones included. What goes deeper could overflow the stack
 * of whatever recurses into it.
 */
const MAX_LEVELS = 100;

/**
 * What the sender wrote.
 * @throws InvalidArgumentError when it can't be decoded, or is nested too deep.
 */
export function decode(received: unknown, what = 'The message'): unknown {
  const value = received instanceof RawValue ? fromPayload(received.payload, what) : received;
  if (!isDeeperThan(MAX_LEVELS, value)) return value;
  throw new InvalidArgumentError(
    `${what} is nested deeper than ${String(MAX_LEVELS)} levels; flatten it, or send a link to it instead.`,
  );
}

function fromPayload(payload: Payload, what: string): unknown {
  try {
    const { namespace, workflowId } = workflowInfo();
    return payloadConverter().fromPayload(payload, { type: 'workflow', namespace, workflowId });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(
      `${what} can't be decoded (${reason}): it must be plain JSON, with the encoding json/plain.`,
      {},
      { cause },
    );
  }
}

/** The worker's own, where it has one. The SDK shows it to nobody, so this looks where the SDK keeps it. */
function payloadConverter(): PayloadConverter {
  const { __TEMPORAL_ACTIVATOR__: activator } = globalThis as {
    __TEMPORAL_ACTIVATOR__?: { readonly payloadConverter?: PayloadConverter };
  };
  return activator?.payloadConverter ?? defaultPayloadConverter;
}
