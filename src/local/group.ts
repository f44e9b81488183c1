// What we start gets a process group of its own, named after its first process. Windows has none: there it is that process alone.

/** False if nobody is left in it. */
export function sendToGroup(pid: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    return false;
  }
}
