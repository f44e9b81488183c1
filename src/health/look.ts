// One look at many things. One that can't be looked at is told of, and the others are looked at all the same.

import { status } from '@grpc/grpc-js';
import { UnavailableError } from '../domain/errors';
import type { Finding } from '../domain/finding';
import { trouble } from '../domain/trouble';
import type { Trouble } from '../domain/trouble';
import { grpcAnswer } from '../temporal/grpc';

/** Looked at at once. */
const CONCURRENCY = 8;

export class Look {
  readonly findings: Finding[] = [];
  readonly failed: Trouble[] = [];
  private looked = 0;

  /** `progress` is told how many were looked at; it may throw, to end the look. */
  constructor(private readonly progress: (looked: number) => void) {}

  async atEach<T>(
    items: readonly T[],
    nameOf: (item: T) => string,
    find: (item: T) => Promise<Finding | undefined>,
  ): Promise<void> {
    const todo = items.values();
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        for (const item of todo) {
          await this.at(nameOf(item), () => find(item));
          this.progress(++this.looked);
        }
      }),
    );
  }

  private async at(name: string, find: () => Promise<Finding | undefined>): Promise<void> {
    try {
      const finding = await find();
      if (finding) this.findings.push(finding);
    } catch (error) {
      if (isForAll(error)) throw error;
      this.failed.push(trouble('look', name, error));
    }
  }
}

const FOR_ALL: ReadonlySet<status> = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.PERMISSION_DENIED,
  status.RESOURCE_EXHAUSTED,
  status.UNAUTHENTICATED,
  status.UNAVAILABLE,
]);

/** The server that is asked is away, or answers nobody: the next one would fail as well. */
function isForAll(error: unknown): boolean {
  const answer = grpcAnswer(error);
  return error instanceof UnavailableError || (answer !== undefined && FOR_ALL.has(answer.code));
}
