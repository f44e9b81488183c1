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
import { dataflowDeclaration, declarationHead } from './schema';
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
  if (!parsed.success) {
    problems.push(...problemsOf(parsed.error, value));
    // What is wrong at the top hides nothing below it.
    const dataflows = dataflowsOf(value);
    return { declared: { zoneOrder: [], dataflows: readDataflows(dataflows, problems) }, problems };
  }
  const zoneOrder = parsed.data.zoneOrder ?? defaultZoneOrder;
  const twice = zoneOrder.findIndex((zone, at) => zoneOrder.indexOf(zone) < at);
  if (twice >= 0) {
    problems.push({ path: ['zoneOrder', String(twice)], message: `${zoneOrder[twice] ?? ''} is there twice.` });
  }
  const dataflows = readDataflows(dataflowsOf(value), problems);
  for (const { parts, sources } of dataflows) {
    for (const source of sources ?? []) {
      collect(problems, source.path, () => checkZoneOrder(zoneOrder, parseKey(source.key).zone, parts.zone));
    }
  }
  problems.push(...cycles(dataflows));
  return { declared: { zoneOrder, dataflows }, problems };
}

// Not what zod made of it: that leaves out a field named __proto__.
function dataflowsOf(value: unknown): [string, unknown][] {
  const { dataflows } = (value ?? {}) as { dataflows?: unknown };
  const isMap = typeof dataflows === 'object' && dataflows !== null && !Array.isArray(dataflows);
  return isMap ? Object.entries(dataflows) : [];
}

function readDataflows(entries: readonly [string, unknown][], problems: DeclarationProblem[]): DeclaredDataflow[] {
  return entries.flatMap(([key, value]) => {
    const path = ['dataflows', key];
    const parts = readKey(problems, key, path);
    const parsed = dataflowDeclaration.safeParse(value ?? {});
    if (!parsed.success) {
      const inside = problemsOf(parsed.error, value ?? {});
      problems.push(...inside.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
    }
    if (!parsed.success || !parts) return [];
    const { sources: given, schedule, schedules: named, ...options } = parsed.data;
    collect(problems, path, () => checkTogether(options), true);
    const sources = readSources(given ?? [], options.partitioned, [...path, 'sources'], problems);
    const all: DeclaredSchedule[] = [
      ...(schedule ? [{ name: '', spec: schedule, path: [...path, 'schedule'] }] : []),
      ...Object.entries(named ?? {}).map(([name, spec]) => ({ name, spec, path: [...path, 'schedules', name] })),
    ];
    for (const declared of all) checkSchedule(declared, { key, partitioned: options.partitioned }, problems);
    return [{ key, parts, options, sources, schedules: schedule || named ? all : null, path }];
  });
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
    return partition === undefined ? [] : [{ key, partition, path: at }];
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
