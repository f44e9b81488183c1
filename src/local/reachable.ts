// A cheap look before a big download: without a network it fails in seconds, not after a downloader's own patience.
import { reasonOf } from './errors';

const PATIENCE_MS = 5_000;
const PROXY = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/** Throws if nothing answers at the URL. Any HTTP status is an answer; behind a proxy the downloader has to find out itself. */
export async function assertReachable(url: string, signal?: AbortSignal): Promise<void> {
  if (PROXY.some((name) => process.env[name])) return;
  const limits = [AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.any(limits) });
    await response.body?.cancel();
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new Error(`${new URL(url).host} can't be reached (${reasonOf(cause)})`, { cause: error });
  }
}
