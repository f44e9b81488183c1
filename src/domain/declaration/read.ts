// Reads a declaration: each field by its schema, then what dataflows say together. Everything that is wrong is told at once.

import type { DataflowKey } from '../key';
import { parseKey } from '../key';
import { checkZoneOrder, cyclesThrough } from '../graph';
import { problemsOf } from '../parse';
import type { PartitionMapping } from '../partition';
import { checkTogether, relationMapping } from '../registration';
import type { RegisteredOptions } from '../registration';
import { checkScheduleFor, checkScheduleName } from '../schedule';
import type { ScheduleSpec } from '../schedule';
import { collect } from './problems';
import type { DeclarationProblem } from './problems';
import { readableFields } from './readable';
import type { Readable } from './readable';
import { declarationHead } from './schema';
import { unknownFields } from './unknown-fields';

export interface DeclaredSource {
  readonly key: string;
  readonly partition: PartitionMapping;
  /** Where it stands in the declaration. */
  readonly path: readonly string[];
}

export interface DeclaredSchedule {
  /** Empty for the dataflow's usual one. */
  readonly name: string;
  readonly spec: ScheduleSpec;
  readonly path: readonly string[];
}

export interface DeclaredDataflow {
  readonly key: string;
  readonly parts: DataflowKey;
  readonly options: RegisteredOptions;
  /** Null: its sources stay what they are. */
  readonly sources: readonly DeclaredSource[] | null;
  /** Null: its schedules stay what they are. */
  readonly schedules: readonly DeclaredSchedule[] | null;
  readonly path: readonly string[];
}

export interface Declared {
  /** Empty: no order. */
  readonly zoneOrder: readonly string[];
  readonly dataflows: readonly DeclaredDataflow[];
  /** Keys of dataflows whose sources can't be read; those of which nothing else can be read either aren't among `dataflows`. */
  readonly unread?: readonly string[];
}

export interface ReadDeclaration {
  readonly declared: Declared;
  readonly problems: readonly DeclarationProblem[];
}

/** Without a database: what it says of dataflows that it doesn't hold, `makePlan` finds out. */
export function readDeclaration(value: unknown, defaultZoneOrder: readonly string[] = []): ReadDeclaration {
  const unknown = unknownFields(value);
  const { declared, problems } = readFields(value, defaultZoneOrder);
  // A schedule's own schema is as strict: what is told of once is enough.
  const told = new Set(unknown.map(({ path }) => path.join('\n')));
  return { declared, problems: [...unknown, ...problems.filter(({ path }) => !told.has(path.join('\n')))] };
}

function readFields(value: unknown, defaultZoneOrder: readonly string[]): ReadDeclaration {
  const problems: DeclarationProblem[] = [];
  const parsed = declarationHead.safeParse(value);
  if (!parsed.success) problems.push(...problemsOf(parsed.error, value));
  // What is wrong at the top hides nothing below it.
  const zoneOrder = readZoneOrder(value) ?? defaultZoneOrder;
  const twice = zoneOrder.findIndex((zone, at) => zoneOrder.indexOf(zone) < at);
  if (twice >= 0) {
    problems.push({ path: ['zoneOrder', String(twice)], message: `${zoneOrder[twice] ?? ''} is there twice.` });
  }
  const unread: string[] = [];
  const dataflows = dataflowsOf(value).flatMap(([key, dataflow]): DeclaredDataflow[] => {
    const { declared, knowsSources } = readDataflow(key, dataflow, problems);
    if (!declared || !knowsSources) unread.push(key);
    return declared ? [declared] : [];
  });
  for (const { parts, sources } of twice < 0 ? dataflows : []) {
    for (const source of sources ?? []) {
      collect(problems, source.path, () => checkZoneOrder(zoneOrder, parseKey(source.key).zone, parts.zone));
    }
  }
  problems.push(...cycles(dataflows));
  return { declared: { zoneOrder, dataflows, unread }, problems };
}

/** Null: it says nothing of it. One that can't be read is none: whatever it was to forbid, nobody knows. */
function readZoneOrder(value: unknown): readonly string[] | null {
  const { zoneOrder } = (value ?? {}) as { zoneOrder?: unknown };
  const { success, data } = declarationHead.shape.zoneOrder.safeParse(zoneOrder);
  return success ? data : [];
}

// Not what zod made of it: that leaves out a field named __proto__.
function dataflowsOf(value: unknown): [string, unknown][] {
  const { dataflows } = (value ?? {}) as { dataflows?: unknown };
  const isMap = typeof dataflows === 'object' && dataflows !== null && !Array.isArray(dataflows);
  return isMap ? Object.entries(dataflows) : [];
}

interface Read extends Pick<Readable, 'knowsSources'> {
  /** Without the fields that can't be read. */
  readonly declared?: DeclaredDataflow;
}

function readDataflow(key: string, value: unknown, problems: DeclarationProblem[]): Read {
  const path = ['dataflows', key];
  const parts = readKey(problems, key, path);
  const { data, knowsSources, refused } = readableFields(value ?? {});
  problems.push(...refused.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
  if (!data || !parts) return { knowsSources };
  const { sources: given, schedule, schedules: named, ...options } = data;
  collect(problems, path, () => checkTogether(options), true);
  const sources = readSources(given ?? [], options.partitioned, [...path, 'sources'], problems);
  const all: DeclaredSchedule[] = [
    ...(schedule ? [{ name: '', spec: schedule, path: [...path, 'schedule'] }] : []),
    ...Object.entries(named ?? {}).map(([name, spec]) => ({ name, spec, path: [...path, 'schedules', name] })),
  ];
  for (const declared of all) checkSchedule(declared, { key, partitioned: options.partitioned }, problems);
  const schedules = schedule || named ? all : null;
  return { declared: { key, parts, options, sources: knowsSources ? sources : null, schedules, path }, knowsSources };
}

function readKey(problems: DeclarationProblem[], key: string, path: readonly string[]): DataflowKey | undefined {
  const before = problems.length;
  const parts = collect(problems, path, () => parseKey(key));
  const refused = problems[before];
  if (refused) problems[before] = { ...refused, ofName: true };
  return parts;
}

type Sources =
  readonly string[] | Readonly<Record<string, { readonly partition: PartitionMapping | null } | null | undefined>>;

function readSources(
  given: Sources,
  partitioned: boolean,
  path: readonly string[],
  problems: DeclarationProblem[],
): DeclaredSource[] {
  const listed = Array.isArray(given);
  const entries = Object.entries(given as Readonly<Record<string, unknown>>);
  const seen = new Set<string>();
  return entries.flatMap(([name, what]) => {
    const key = listed ? String(what) : name;
    const options = listed ? null : (what as { readonly partition: PartitionMapping | null } | null | undefined);
    const at = [...path, name];
    if (!collect(problems, at, () => parseKey(key))) return [];
    if (seen.has(key)) problems.push({ path: at, message: `${key} is there twice.` });
    seen.add(key);
    const where = options?.partition == null ? at : [...at, 'partition'];
    const partition = collect(problems, where, () =>
      relationMapping({ partition: options?.partition ?? null }, partitioned),
    );
    // A source it is all the same, for a rule that names it; `all` takes any partition.
    return [{ key, partition: partition ?? 'all', path: at }];
  });
}

function checkSchedule(
  { name, spec, path }: DeclaredSchedule,
  dataflow: { readonly key: string; readonly partitioned: boolean },
  problems: DeclarationProblem[],
): void {
  if (path.includes('schedules') && name === '') {
    problems.push({ path, ofName: true, message: 'A schedule here needs a name; the usual one is schedule.' });
  }
  collect(problems, path, () => checkScheduleName(name));
  collect(problems, path, () => checkScheduleFor(spec, dataflow), true);
}

function cycles(dataflows: readonly DeclaredDataflow[]): DeclarationProblem[] {
  const added = dataflows.flatMap(({ key, sources }) =>
    (sources ?? []).map((source) => ({ source: source.key, target: key, path: source.path })),
  );
  return cyclesThrough(added, []).map(({ edge, path }) => ({
    path: edge.path,
    cycle: path,
    message: cycleMessage(path),
  }));
}

export const cycleMessage = (path: readonly string[]): string =>
  path.length === 2
    ? `${path[0] ?? ''} can't be its own source.`
    : `These sources close a cycle: ${path.join(' → ')}. Leave one of them out.`;
