// Random declarations, with all that YAML might take for something else.

import fc from 'fast-check';
import type { DataflowDeclaration, Declaration, Json } from '../../src';
import { formatKey } from '../../src/domain/key';

const NASTY = [
  ...[
    'yes',
    'null',
    '~',
    '1',
    '1e3',
    '0x1f',
    '.inf',
    'true',
    ' lead',
    'trail ',
    '# no comment',
    'a: b',
    'a:',
    '- x',
    '|',
    '>-',
  ],
  ...[
    '\n',
    'a\nb\n',
    'a\r\nb',
    '\t',
    'tab\there',
    '"',
    "'",
    '&a',
    '*a',
    '!t',
    '%YAML',
    '@',
    '`',
    '<<',
    '__proto__',
    '{',
    '[',
    '---',
    '...',
  ],
  ...[
    '\u0085',
    'a\u2028b',
    '\ufeff',
    '\u0000',
    '\u001b[31m',
    'Größe',
    '日本',
    '😀',
    'x '.repeat(90),
    ' \n \n',
    'a\n\n  b',
    '?',
    '=',
    'a #b',
  ],
];

const text = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
  fc.string({ minLength: 1, maxLength: 20 }),
);
const duration = fc.constantFrom('5 min', '1.5 h', '90s', '2 days');
const word = fc.oneof(
  fc.constantFrom(...NASTY.filter((nasty) => nasty.length < 40)),
  fc.string({ minLength: 1, maxLength: 8 }),
);
/** The keys of these parts, each once. */
const keys = (zone: string, max: number): fc.Arbitrary<string[]> =>
  fc
    .uniqueArray(
      fc.record({
        zone: fc.constant(zone),
        modelName: word,
        modelKey: fc.oneof(fc.constant(''), word),
        modelSecKey: fc.oneof(fc.constant(''), word),
      }),
      { minLength: 1, maxLength: max, selector: formatKey },
    )
    .map((parts) => parts.map((part) => formatKey(part)));

const config = fc.dictionary(text, fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }) as fc.Arbitrary<Json>, {
  maxKeys: 3,
});
const retry = fc.record(
  {
    maximumAttempts: fc.integer({ min: 1, max: 9 }),
    maximumInterval: fc.constantFrom('1 hour', 60_000),
    backoffCoefficient: fc.constant(1.5),
  },
  { requiredKeys: [] },
);
const job = fc.oneof(
  fc.record({ type: fc.constant('external' as const), heartbeatTimeout: duration }, { requiredKeys: ['type'] }),
  fc.record(
    { type: fc.constant('activity' as const), name: text, startToCloseTimeout: duration, retry },
    { requiredKeys: ['type', 'name'] },
  ),
  fc.record({ type: fc.constant('workflow' as const), name: text, retry }, { requiredKeys: ['type', 'name'] }),
);

type Rule = NonNullable<NonNullable<DataflowDeclaration['trigger']>['when']>;

function when(sources: readonly string[]): fc.Arbitrary<Rule> {
  const one = fc.constantFrom(...sources);
  const leaf = fc.oneof(
    one,
    fc.record({ source: one, count: fc.integer({ min: 1, max: 30 }), within: duration }, { requiredKeys: ['source'] }),
  );
  const list = fc.array(leaf, { minLength: 1, maxLength: 3 });
  const nested = fc.oneof(
    fc.record({ all: list }),
    fc.record({ any: list }),
    fc.record({ atLeast: fc.constant(1), of: list }),
    fc.record({ all: fc.tuple(leaf, fc.record({ any: list })) }),
  );
  return fc.oneof(fc.constantFrom('all' as const, 'any' as const), nested);
}

function dataflow(sources: readonly string[]): fc.Arbitrary<DataflowDeclaration> {
  const deadline = fc.oneof(
    duration,
    fc.record({ after: duration, action: fc.constantFrom('expire' as const, 'start' as const) }),
  );
  const trigger = fc.record(
    {
      mode: fc.constantFrom('manual' as const, 'auto' as const),
      ...(sources.length > 0 && { when: when(sources) }),
      debounce: fc.constant('1 min'),
      maxSources: fc.integer({ min: 1, max: 100 }),
      deadline,
      startBy: duration,
    },
    { requiredKeys: [] },
  );
  const listed: DataflowDeclaration['sources'] = [...sources];
  const mapping = (partitioned: boolean): fc.Arbitrary<string> =>
    partitioned ? fc.constantFrom('same', 'hour→day', 'day→month as d', 'keep:a,b') : fc.constantFrom('all', 'none');
  const any = fc.boolean().chain((partitioned) =>
    fc.record(
      {
        trigger,
        job,
        partitioned: fc.constant(partitioned),
        ...(partitioned && { maxConcurrentRuns: fc.integer({ min: 1, max: 9 }) }),
        slotOrder: fc.constantFrom('ready' as const, 'oldest' as const),
        onError: fc.constantFrom('hold' as const, 'release' as const),
        workflowType: text,
        displayName: text,
        description: text,
        config,
        sources: fc.oneof(
          fc.constant(listed),
          fc
            .tuple(...sources.map(() => mapping(partitioned)))
            .map((mappings) => Object.fromEntries(sources.map((source, at) => [source, { partition: mappings[at]! }]))),
        ),
      },
      { requiredKeys: ['partitioned', 'sources'] },
    ),
  );
  // A workflow of its own hears no heartbeats.
  return any.map(({ workflowType, ...flow }) => {
    const hears = flow.job !== undefined && 'heartbeatTimeout' in flow.job;
    return workflowType === undefined || hears ? flow : { ...flow, workflowType };
  });
}

/** Each dataflow's sources are some of those before it. */
export const declarations = (zone: string, max = 6): fc.Arbitrary<Declaration> =>
  keys(zone, max).chain((all) =>
    fc
      .tuple(
        ...all.map((_, at) =>
          fc.subarray(all.slice(0, at), { maxLength: Math.min(at, 3) }).chain((sources) => dataflow(sources)),
        ),
      )
      .map((dataflows) => ({ version: 1, dataflows: Object.fromEntries(all.map((key, at) => [key, dataflows[at]!])) })),
  );
