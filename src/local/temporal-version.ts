// Does a Temporal CLI run here, and which one is it?
import { run } from './command';

/** `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. Throws if it doesn't run (with what it says) or is something else. */
export async function temporalVersion(path: string): Promise<string> {
  const answer = (await run(path, ['--version'], { timeoutMs: 20_000 })).trim();
  if (!/^temporal version \d/.test(answer)) throw new Error(`${path} --version says: ${answer || '(nothing)'}`);
  return answer;
}
