// The calls to Temporal that are under way, so that closing ends them. The SDK's own `Connection.close()` leaves them: one
// that waits for its next try then throws from a timer, where nobody can catch it.

import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { InterceptingCall, status } from '@grpc/grpc-js';
import type { Interceptor } from '@grpc/grpc-js';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { UnavailableError } from '../domain/errors';

export class OpenCalls {
  private closed = false;
  /** A signal for each call, not one for all: the SDK never takes its listeners off. */
  private readonly open = new Map<AbortController, Promise<unknown>>();
  private readonly signals = new AsyncLocalStorage<AbortSignal>();

  /** For a connection of our own: the SDK's retries, and no try that outlives `end`. */
  readonly interceptors: Interceptor[] = [
    makeGrpcRetryInterceptor(defaultGrpcRetryOptions()),
    this.cancellable.bind(this),
  ];

  /** @throws UnavailableError once closed; else what `call` throws. */
  async run<T>(client: Client, deadline: number, doing: string, call: () => Promise<T>): Promise<T> {
    this.throwIfClosed(doing);
    const controller = new AbortController();
    const { signal } = controller;
    // The SDK listens once for every request of the call; a long wait makes many.
    setMaxListeners(0, signal);
    const answer = this.signals.run(signal, () =>
      client.withAbortSignal(signal, () => client.withDeadline(deadline, call)),
    );
    this.open.set(controller, answer);
    try {
      return await answer;
    } catch (error) {
      this.throwIfClosed(doing, error);
      throw error;
    } finally {
      this.open.delete(controller);
    }
  }

  /** Ends all calls; resolves when none is under way. */
  async end(): Promise<void> {
    this.closed = true;
    for (const controller of this.open.keys()) controller.abort();
    await Promise.allSettled(this.open.values());
  }

  private cancellable(...[options, nextCall]: Parameters<Interceptor>): InterceptingCall {
    const attempt = new InterceptingCall(nextCall(options));
    const cancel = (): void => {
      attempt.cancelWithStatus(status.CANCELLED, 'closed');
    };
    const signal = this.signals.getStore();
    // Not before it has started: an attempt forgets what it was told until then.
    if (signal?.aborted) queueMicrotask(cancel);
    else signal?.addEventListener('abort', cancel);
    return attempt;
  }

  private throwIfClosed(doing: string, cause?: unknown): void {
    if (!this.closed) return;
    throw new UnavailableError(`The coordinator was closed while ${doing}. Ask again on an open one.`, {}, { cause });
  }
}
