import type { NatsConnection, PublishOptions } from 'nats';

interface Waiting {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly options: PublishOptions | undefined;
  readonly onError: (error: unknown) => void;
}

/**
 * Publishes at the end of the event loop's turn. The nats client writes to its socket after every callback, and a
 * write costs more than encoding the message; a busy turn has dozens of callbacks, whose messages go out as one here.
 */
export class Outgoing {
  private waiting: Waiting[] = [];

  constructor(private readonly nc: NatsConnection) {}

  /** Never throws: `onError` is told when the connection refuses the message. */
  publish(
    subject: string,
    data: Uint8Array,
    options: PublishOptions | undefined,
    onError: (error: unknown) => void,
  ): void {
    if (this.waiting.push({ subject, data, options, onError }) === 1) setImmediate(() => this.flush());
  }

  /** Publishes what waits now, for those who are about to drain the connection. */
  flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    for (const { subject, data, options, onError } of batch) {
      try {
        this.nc.publish(subject, data, options);
      } catch (error) {
        onError(error);
      }
    }
  }
}

const byConnection = new WeakMap<NatsConnection, Outgoing>();

/** The one of a connection: requests and replies of a turn go out together. */
export function outgoingOf(nc: NatsConnection): Outgoing {
  const known = byConnection.get(nc);
  if (known) return known;
  const made = new Outgoing(nc);
  byConnection.set(nc, made);
  return made;
}
