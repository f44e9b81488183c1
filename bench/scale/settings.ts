// How large, from the environment.

export interface ScaleSettings {
  /** Sources of one target. */
  readonly fanIn: number;
  /** Targets of one source. */
  readonly fanOut: number;
  /** Source runs that finish while their target runs. */
  readonly long: number;
  /** Sources that run side by side. */
  readonly lanes: number;
}

export function scaleSettings(env: NodeJS.ProcessEnv = process.env): ScaleSettings {
  const number = (name: string, otherwise: number): number => {
    const value = Number(env[name] || otherwise);
    if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number, 1 or more.`);
    return value;
  };
  return {
    fanIn: number('SCALE_FAN_IN', 1_000),
    fanOut: number('SCALE_FAN_OUT', 1_000),
    long: number('SCALE_LONG', 20_000),
    lanes: number('SCALE_LANES', 32),
  };
}
