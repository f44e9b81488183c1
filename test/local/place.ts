// A directory for one test file's servers, and what they told.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Place {
  readonly directory: string;
  readonly told: string[];
  readonly log: (line: string) => void;
  readonly remove: () => Promise<void>;
}

export async function makePlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'dlc-local-'));
  const told: string[] = [];
  const log = (line: string): void => void told.push(line);
  return { directory, told, log, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Is the process there? */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
