// Who keeps queue rows from being claimed: `kind:id`, as it stands with the row.

/** `suspended`, `skipped`: for good. `backfill`, `replay`: until that has ended. */
export type HolderKind = 'suspended' | 'skipped' | 'backfill' | 'replay';

export const holder = (kind: HolderKind, id: string): string => `${kind}:${id}`;

/** For people. */
export function explainHolder(by: string): string {
  const [kind = '', id = ''] = by.split(':');
  switch (kind) {
    case 'suspended':
      return 'the suspension of its relation, which skips what comes in';
    case 'skipped':
      return `an operator, who skipped the backlog (operation ${id})`;
    default:
      return `${kind} ${id}`;
  }
}
