// Values and errors as they cross a process border: through the SDK's own converters, so that what doesn't survive in
// Temporal doesn't survive here.

import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { msOptionalToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import type { google } from '@temporalio/proto';
import type { Failure, Payload } from './types';

export const toPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

export const fromPayload = (payload: Payload | null | undefined): unknown =>
  payload ? defaultPayloadConverter.fromPayload(payload) : undefined;

export const toPayloads = (values: readonly unknown[]): Payload[] => values.map(toPayload);

export const fromPayloads = (payloads: readonly Payload[] | null | undefined): unknown[] =>
  (payloads ?? []).map(fromPayload);

export const toFailure = (error: unknown): Failure =>
  defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);

export const fromFailure = (failure: Failure): Error =>
  defaultFailureConverter.failureToError(failure, defaultPayloadConverter);

/** Milliseconds; undefined for none. Temporal writes a duration that isn't set as none or as 0. */
export const milliseconds = (duration: google.protobuf.IDuration | null | undefined): number | undefined =>
  nonZero(optionalTsToMs(duration));

const nonZero = (ms: number | undefined): number | undefined => (ms === 0 ? undefined : ms);

export const timestamp = (ms: number): google.protobuf.ITimestamp => msOptionalToTs(ms) as never;
