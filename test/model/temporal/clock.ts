// The simulation's time: it moves when the scheduler says so. A timer fires when it is the earliest and the scheduler picks
// it, be it that everything else was slow.

export interface Timer {
  readonly due: number;
  readonly what: string;
  readonly fire: () => void | Promise<void>;
  cancel(): void;
}

export class Clock {
  private readonly timers = new Set<Timer>();

  /** Milliseconds since 1970. */
  constructor(
    public now: number,
    private readonly moved: (now: number) => void = () => undefined,
  ) {}

  advance(to: number): void {
    this.now = Math.max(this.now, to);
    this.moved(this.now);
  }

  after(ms: number, what: string, fire: () => void | Promise<void>): Timer {
    const timer = { due: this.now + ms, what, fire, cancel: () => void this.timers.delete(timer) };
    this.timers.add(timer);
    return timer;
  }

  /** The first of those that are due next. */
  next(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.timers) if (!earliest || timer.due < earliest.due) earliest = timer;
    return earliest;
  }

  async fire(timer: Timer): Promise<void> {
    timer.cancel();
    this.advance(timer.due);
    await timer.fire();
  }
}
