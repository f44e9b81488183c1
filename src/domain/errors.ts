// Every error that a user can meet: one class each, with a stable code that is the same in TypeScript, over HTTP, in the
// CLI and as the type of a workflow failure. The message says what happened and what to do.

/** Facts about the error that a program may want, JSON only (for example `runId`, `field`, `missing`). */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export abstract class DlcError extends Error {
  /** Stable: part of the contract. */
  abstract readonly code: string;
  /** True when the same call may succeed later without any change. */
  readonly retryable: boolean = false;

  constructor(
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No such dataflow, relation or other registered thing. */
export class NotFoundError extends DlcError {
  override readonly code = 'NOT_FOUND';
}

/** No run with this runId. */
export class RunNotFoundError extends DlcError {
  override readonly code = 'RUN_NOT_FOUND';
}

/** A dataflow or relation with this natural key is registered already. */
export class AlreadyExistsError extends DlcError {
  override readonly code = 'ALREADY_EXISTS';
}

/** The slot has an open run; `details.runId` names it. */
export class AlreadyActiveError extends DlcError {
  override readonly code = 'ALREADY_ACTIVE';
}

/** The run has ended; `details.state` says how. */
export class RunAlreadyFinishedError extends DlcError {
  override readonly code = 'RUN_ALREADY_FINISHED';
}

/** The run still waits for its sources: it can't be finished yet. */
export class RunNotStartedError extends DlcError {
  override readonly code = 'RUN_NOT_STARTED';
}

/** The rule is not met; `details.missing` lists what is missing, at most 100 of `details.missingCount`. */
export class DependencyNotReadyError extends DlcError {
  override readonly code = 'DEPENDENCY_NOT_READY';
}

/** The dataflow is disabled, retired or paused; `details.status` says which. */
export class DataflowDisabledError extends DlcError {
  override readonly code = 'DATAFLOW_DISABLED';
}

/** An argument has a wrong type, form or range; `details.field` names it. */
export class InvalidArgumentError extends DlcError {
  override readonly code = 'INVALID_ARGUMENT';
}

/** The relation would close a cycle; `details.path` lists the dataflows on it. */
export class CycleError extends DlcError {
  override readonly code = 'CYCLE';
}

/** The caller didn't say who it is, or the credentials are wrong. */
export class UnauthenticatedError extends DlcError {
  override readonly code = 'UNAUTHENTICATED';
}

/** The caller is known but may not do this. */
export class PermissionDeniedError extends DlcError {
  override readonly code = 'PERMISSION_DENIED';
}

/** MySQL or Temporal can't be reached, or isn't set up for this version. */
export class UnavailableError extends DlcError {
  override readonly code = 'UNAVAILABLE';
  override readonly retryable: boolean = true;
}

const CLASSES = [
  NotFoundError,
  RunNotFoundError,
  AlreadyExistsError,
  AlreadyActiveError,
  RunAlreadyFinishedError,
  RunNotStartedError,
  DependencyNotReadyError,
  DataflowDisabledError,
  InvalidArgumentError,
  CycleError,
  UnauthenticatedError,
  PermissionDeniedError,
  UnavailableError,
] as const;

type AnyDlcError = InstanceType<(typeof CLASSES)[number]>;
export type ErrorCode = AnyDlcError['code'];

const byCode = new Map<string, (typeof CLASSES)[number]>(CLASSES.map((type) => [new type('').code, type]));

/** All codes, in the order of their classes. */
export const ERROR_CODES = [...byCode.keys()] as readonly ErrorCode[];

/** Rebuilds the error that crossed a process border as code, message and details; undefined for a code that isn't ours. */
export function errorFromCode(
  code: string | null | undefined,
  message: string,
  details?: ErrorDetails,
): AnyDlcError | undefined {
  const type = code == null ? undefined : byCode.get(code);
  return type && new type(message, details);
}
