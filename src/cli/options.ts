// Options that several commands share, and how their values are read.

import { readFileSync } from 'node:fs';
import { InvalidArgumentError as UsageError, Option } from 'commander';
import type { Command } from 'commander';
import type { JsonObject } from '../domain/json';
import type { RuleInput } from '../domain/rule';

type NestedRule = Exclude<RuleInput, string>;

export const JSON_OPTION = ['--json', 'print one JSON document'] as const;

/** What is kept on a run for whoever looks for it later. */
export interface NoteOptions {
  readonly config?: JsonObject;
  readonly breadcrumb?: JsonObject;
  readonly metadata?: JsonObject;
  readonly externalJobRunKey?: string;
  readonly externalJobLogLink?: string;
  readonly externalProcessKey?: string;
  readonly externalProcessLogLink?: string;
}

export function addNoteOptions(command: Command): Command {
  return command
    .option('--config <json>', "the run's own configuration, a JSON object, or @FILE", jsonObject)
    .option('--breadcrumb <json>', 'where the data came from, a JSON object, or @FILE', jsonObject)
    .option('--metadata <json>', 'anything else worth keeping, a JSON object, or @FILE', jsonObject)
    .option('--external-job-run-key <text>', "the external job's own name for this run")
    .option('--external-job-log-link <url>', 'where its log is')
    .option('--external-process-key <text>', "the external ETL process's name")
    .option('--external-process-log-link <url>', 'where its log is');
}

export function notesOf(options: NoteOptions): NoteOptions {
  const { config, breadcrumb, metadata, externalJobRunKey, externalJobLogLink } = options;
  const { externalProcessKey, externalProcessLogLink } = options;
  const all = { config, breadcrumb, metadata, externalJobRunKey, externalJobLogLink, externalProcessKey };
  return Object.fromEntries(
    Object.entries({ ...all, externalProcessLogLink }).filter(([, value]) => value !== undefined),
  );
}

/** `--flags`, one of `values`. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values);
}

/** `read`, and an empty text as itself: of a change, for what takes a value out. */
export const orEmpty =
  <T, Before extends unknown[]>(read: (text: string, ...before: Before) => T) =>
  (text: string, ...before: Before): T | '' =>
    text === '' ? '' : read(text, ...before);

/** One of several values, or an empty text. */
export function choiceOrEmpty(flags: string, description: string, values: readonly string[]): Option {
  const option = choice(flags, description, values);
  const { parseArg: read } = option;
  return option.argParser<string>((text, before) => (text === '' || !read ? text : read(text, before)));
}

/** A JSON object as text, or in the file that `@FILE` names. */
export function jsonObject(text: string): JsonObject {
  const value = parseJson(text.startsWith('@') ? read(text.slice(1)) : text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new UsageError('It must be a JSON object, such as {"owner":"billing"}.');
}

/** One of `words`, or a nested rule as JSON. */
export function rule<const Word extends string>(words: readonly Word[]): (text: string) => Word | NestedRule {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    if (!/^[@{]/.test(text)) throw new UsageError(`It must be one of ${words.join(', ')}, or a nested rule as JSON.`);
    // Whether it is one, the domain says.
    return jsonObject(text) as NestedRule;
  };
}

/** Any number in decimal digits; which ones are allowed is for the domain to say. */
export function number(text: string): number {
  // Number() alone would read 0x10 as 16, and 1e3 as 1000: in what a script passes on, a slip rather than a count.
  const value = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (Number.isFinite(value)) return value;
  throw new UsageError('It must be a number, in decimal digits.');
}

export function positiveInteger(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) > 0) return Number(text);
  throw new UsageError('It must be a whole number, 1 or more.');
}

/** Seconds, as milliseconds. */
export function seconds(text: string): number {
  const value = number(text);
  if (value > 0) return Math.round(value * 1000);
  throw new UsageError('It must be a number of seconds above 0.');
}

/** 0 means any free one. */
export function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError('It must be a port, 0 to 65535; 0 means any free one.');
}

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** `rz,sz,cz` */
export function commaList(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as Error).message}.`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`It isn't JSON: ${(error as Error).message}.`);
  }
}
