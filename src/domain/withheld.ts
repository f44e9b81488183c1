// Who keeps queue rows from being claimed: `kind:id`, as it stands with the row.

/** `suspended`, `skipped`, `quiet`: for good. `backfill`, `replay`: until that has ended. */
export type HolderKind = 'suspended' | 'skipped' | 'quiet' | 'backfill' | 'replay';

/** Those that let go one day; rows whose holder is gone are stuck until somebody releases them. */
export const PASSING_HOLDERS = ['backfill', 'replay'] as const satisfies readonly HolderKind[];

export const isPassing = (by: string): boolean => PASSING_HOLDERS.some((kind) => by.startsWith(`${kind}:`));

export const holder = (kind: HolderKind, id: string): string => `${kind}:${id}`;

/** For people. */
export function explainHolder(by: string): string {
  const [kind = '', id = ''] = by.split(':');
  switch (kind) {
    case 'suspended':
      return 'the suspension of its relation, which skips what comes in';
    case 'skipped':
      return `an operator, who skipped the backlog (operation ${id})`;
    case 'quiet':
      return `backfill ${id}, which keeps quiet downstream`;
    default:
      return `${kind} ${id}`;
  }
}
