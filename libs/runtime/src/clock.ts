/** The time, injected so that decisions can be tested at any instant. */
export interface Clock {
  now(): Date;
}

/** The machine's clock. Money uses the database's time, never this one. */
export const systemClock: Clock = { now: () => new Date() };
