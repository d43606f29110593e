import type { HintContract } from '@baize/contracts';
import { Events, type NatsConnection, type Subscription } from 'nats';

/** What may stand for one token of a subject. */
const token = /^[\w-]{1,128}$/;
const nothing = new Uint8Array();

/** Tells every listener that something of these keys may have changed. It never throws: a hint may be lost. */
export function sendHints(nc: NatsConnection, { subject }: HintContract, keys: Iterable<string>): void {
  try {
    for (const key of keys) if (token.test(key)) nc.publish(`${subject}.${key}`, nothing);
  } catch {
    // the connection is closed or its buffer is full: whoever listens reads again soon in any case
  }
}

/** Listens to hints of single keys; ends with its connection. */
export class HintListener {
  private readonly listeners = new Set<() => void>();

  constructor(private readonly nc: NatsConnection) {
    void this.watch();
  }

  /**
   * Calls back on every hint of the key, and whenever the connection is back: what was said meanwhile is lost.
   * @returns what ends it
   */
  listen({ subject }: HintContract, key: string, onHint: () => void): () => void {
    this.listeners.add(onHint);
    const subscription = token.test(key) ? this.subscribe(`${subject}.${key}`, onHint) : undefined;
    return () => {
      this.listeners.delete(onHint);
      subscription?.unsubscribe();
    };
  }

  private subscribe(subject: string, onHint: () => void): Subscription | undefined {
    if (this.nc.isClosed() || this.nc.isDraining()) return undefined;
    return this.nc.subscribe(subject, { callback: (error) => (error === null ? onHint() : undefined) });
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type === Events.Reconnect) for (const onHint of this.listeners) onHint();
    }
  }
}
