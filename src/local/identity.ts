// A process, told from a later one that got the same ID.
import { readFile } from 'node:fs/promises';

export interface Identity {
  readonly pid: number;
  /** When it started, in the kernel's words. Empty where unknown. */
  readonly born: string;
}

export async function identify(pid: number): Promise<Identity> {
  return { pid, born: await bornOf(pid) };
}

export async function isAlive({ pid, born }: Identity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return born === '' || born === (await bornOf(pid));
}

async function bornOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // not Linux: the process ID alone has to do
  }
}
