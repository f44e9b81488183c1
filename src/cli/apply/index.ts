// `dlc apply`: makes the registry what files say, and shows first what that takes.

import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Applied } from '../../client/apply/apply';
import type { ZoneDataFlowCoordinator } from '../../client/coordinator';
import type { Declaration } from '../../domain/declaration/schema';
import { orKnown } from '../../domain/declaration/problems';
import { readDeclaration } from '../../domain/declaration/read';
import { checkWho } from '../../domain/operation';
import type { Plan } from '../../domain/plan/actions';
import type { DeclarationFile } from '../../yaml/read';
import { withCoordinator } from '../coordinator';
import { InterruptedError } from '../exit-status';
import { count } from '../format';
import { JSON_OPTION } from '../options';
import { print, tell } from '../output';
import type { OutputOptions } from '../output';
import { placed } from './place';
import { showPlan, showSummary } from './show';

interface Options extends OutputOptions {
  readonly file: string[];
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
  readonly by?: string;
  readonly reason?: string;
}

/** A person waits. */
const TEMPORAL_TIMEOUT_MS = 5_000;

export function addApplyCommand(program: Command): void {
  program
    .command('apply')
    .description('register and change dataflows and their sources until they are what a file says; shows a plan first')
    .requiredOption('-f, --file <file...>', 'dlc.yaml; several are read as one, - is stdin')
    .option('--dry-run', 'show the plan, and change nothing')
    .option('--prune', 'retire what the file leaves out, in the zones of its dataflows')
    .option('--yes', "don't ask, and apply whatever the plan has become meanwhile")
    .option('--by <name>', 'who does it (default: you)')
    .option('--reason <text>', 'why; kept with it')
    .option('--json', `${JSON_OPTION[1]}, and never ask`)
    .action(apply);
}

async function apply(options: Options): Promise<void> {
  checkWho(options);
  // The parser takes time to load, and most commands don't need it.
  const { readDeclarationFiles } = await import('../../yaml/read.js');
  const file = readDeclarationFiles(options.file);
  try {
    // What is wrong with the file itself is told without a database, too.
    const { problems } = readDeclaration(file.declaration);
    await orKnown(problems, file.name, () =>
      withCoordinator((coordinator) => planAndApply(coordinator, file, options)),
    );
  } catch (error) {
    throw placed(error, file);
  }
}

async function planAndApply(
  coordinator: ZoneDataFlowCoordinator,
  { declaration: value, name }: DeclarationFile,
  options: Options,
): Promise<void> {
  const { dryRun = false, yes = false, json = false, prune, by, reason } = options;
  const declaration = value as Declaration;
  const plan = await coordinator.plan(declaration, { prune });
  if (dryRun || plan.actions.length === 0) {
    print(options, document(plan), showPlan(plan));
    return;
  }
  if (!json) tell(showPlan(plan));
  if (!json && !yes) await agree();
  const expect = yes ? undefined : plan;
  const who = { by, reason, subject: name, timeoutMs: TEMPORAL_TIMEOUT_MS };
  const applied = await coordinator.apply(declaration, { prune, expect, ...who });
  print(options, document(applied.plan, applied), describe(applied));
}

function document(plan: Plan, applied?: Applied): object {
  const { operationId = null, woken = 0 } = applied ?? {};
  return { applied: operationId !== null, ...plan, operationId, woken };
}

function describe({ plan, woken }: Applied): string {
  const looks = woken > 0 ? ` ${count(woken, 'dataflow')} may start because of it, and will look.` : '';
  return `Applied: ${showSummary(plan.summary, '')}.${looks}`;
}

/** Asks who can answer. @throws InterruptedError for anything but yes. */
async function agree(): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  const answer = await Promise.race([terminal.question('Apply this plan? [y/N] '), closed]);
  terminal.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  tell('Nothing was applied.');
  throw new InterruptedError();
}
