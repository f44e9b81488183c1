// MySQL's errors, read once: which are worth another try, and which of our codes a user sees.

import {
  DlcError,
  InvalidArgumentError,
  PermissionDeniedError,
  UnauthenticatedError,
  UnavailableError,
} from '../domain/errors';

const CONFLICTS = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);

// Not here: anything that a repetition can't mend (syntax), which stays a bug with its own stack.
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOENT',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'HANDSHAKE_SSL_ERROR',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_FORCING_CLOSE',
  'ER_CONNECTION_KILLED',
  'ER_QUERY_INTERRUPTED',
  'ER_QUERY_TIMEOUT',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_READ_ONLY_MODE',
  'ER_CLIENT_INTERACTION_TIMEOUT',
  'POOL_CLOSED',
]);

// The second: what MariaDB says to a user that it doesn't have, at random.
const LOGIN_REFUSED = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
  'ER_HOST_NOT_PRIVILEGED',
]);

const NO_DATABASE = new Set(['ER_BAD_DB_ERROR', 'ER_NO_DB_ERROR']);

const NO_SCHEMA = new Set(['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR']);

// A value that its column can't hold, and that our own validation let pass: it won't fit the next time either.
const BAD_VALUE = new Set([
  'ER_CONSTRAINT_FAILED',
  // 4025 is MariaDB's ER_CONSTRAINT_FAILED; mysql2 knows numbers by MySQL's names only.
  'ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE',
  'ER_CHECK_CONSTRAINT_VIOLATED',
  'ER_INVALID_JSON_TEXT',
  'ER_INVALID_JSON_TEXT_IN_PARAM',
  'ER_INVALID_JSON_CHARSET',
  'ER_JSON_DOCUMENT_TOO_DEEP',
  'ER_JSON_DOCUMENT_NULL_KEY',
  'ER_JSON_KEY_TOO_BIG',
  'ER_JSON_VALUE_TOO_BIG',
  'ER_DATA_TOO_LONG',
  'ER_DATA_OUT_OF_RANGE',
  'ER_WARN_DATA_OUT_OF_RANGE',
  'ER_TRUNCATED_WRONG_VALUE',
  'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  'ER_CANNOT_CONVERT_STRING',
  'ER_CANT_AGGREGATE_2COLLATIONS',
  'ER_CANT_AGGREGATE_3COLLATIONS',
  'ER_CANT_AGGREGATE_NCOLLATIONS',
]);

interface MysqlError extends Error {
  readonly code: string;
}

// By its form: a socket's error comes from Node's own realm, where `instanceof Error` may not hold.
function isMysqlError(error: unknown): error is MysqlError {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    !(error instanceof DlcError)
  );
}

/** True for what a new try of the same transaction is likely to get past. */
export function isConflict(error: unknown): boolean {
  return isMysqlError(error) && CONFLICTS.has(error.code);
}

/** True when a unique key refused the row. Which one, the caller finds out by looking: engines differ in what they report. */
export function isDuplicate(error: unknown): boolean {
  return isMysqlError(error) && error.code === 'ER_DUP_ENTRY';
}

/** What a server says that has become read-only: another one takes the writes now. */
const DEMOTED = new Set([
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_READ_ONLY_MODE',
]);

export function isDemoted(error: unknown): boolean {
  return isMysqlError(error) && DEMOTED.has(error.code);
}

/** The error of a statement that got no answer, by the name that mysql2 has for it. */
export function silence(after: string): Error {
  return Object.assign(new Error(`no answer for ${after}`), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' });
}

const ACCESS_REFUSED = new Set(['ER_DBACCESS_DENIED_ERROR', 'ER_TABLEACCESS_DENIED_ERROR']);

/** mysql2's words, without a code. */
const CLOSED = new Set(['Pool is closed.', "Can't add new command when connection is in closed state"]);

/** A column or key that is there already, or that was dropped. */
const APPLIED = new Set(['ER_DUP_FIELDNAME', 'ER_DUP_KEYNAME', 'ER_CANT_DROP_FIELD_OR_KEY']);

/** True when a migration's statement has been applied already. */
export function isApplied(error: unknown): boolean {
  return isMysqlError(error) && APPLIED.has(error.code);
}

type Told = readonly [
  codes: ReadonlySet<string>,
  type: new (...args: DlcErrorArgs) => DlcError,
  text: (reason: string) => string,
];
type DlcErrorArgs = ConstructorParameters<typeof UnavailableError>;

/** What MySQL's codes mean to a user; the first that fits. */
const TOLD: readonly Told[] = [
  [CONFLICTS, UnavailableError, (why) => `MySQL is busy (${why}). Try again.`],
  [
    UNREACHABLE,
    UnavailableError,
    (why) => `MySQL can't be reached (${why}). Check DLC_MYSQL_URL and the server, then try again.`,
  ],
  [BAD_VALUE, InvalidArgumentError, (why) => `MySQL can't hold a value (${why}). Correct it and ask again.`],
  [
    NO_DATABASE,
    UnavailableError,
    (why) => `MySQL has no such database (${why}). Create the database first, or name another in DLC_MYSQL_URL.`,
  ],
  [NO_SCHEMA, UnavailableError, (why) => `The database isn't set up for this version (${why}). Run dlc migrate.`],
  [LOGIN_REFUSED, UnauthenticatedError, (why) => `MySQL refuses the login (${why}). Check DLC_MYSQL_URL.`],
  [ACCESS_REFUSED, PermissionDeniedError, (why) => `MySQL refuses access (${why}). Grant it to this user.`],
];

/** The error as users meet it; what isn't MySQL's, or is a bug of ours, passes unchanged. */
export function toDlcError(error: unknown): unknown {
  if (error instanceof Error && CLOSED.has(error.message)) {
    return new UnavailableError('The connection to MySQL was closed. Ask again on an open one.', {}, { cause: error });
  }
  if (!isMysqlError(error)) return error;
  const { code, message } = error;
  const [, Type, text] = TOLD.find(([codes]) => codes.has(code)) ?? [];
  return Type && text ? new Type(text(message || code), { mysql: code }, { cause: error }) : error;
}
