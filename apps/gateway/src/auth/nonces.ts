import { createHash } from 'node:crypto';
import { buckets } from '@baize/messaging';
import { type JetStreamClient, type NatsConnection, NatsError } from 'nats';

const sequenceMismatch = 10_071;

/** Where the nonces of signed requests are remembered. */
export interface NonceStore {
  /** True for the first claim of this nonce, false ever after; throws when that cannot be known. */
  claim(keyId: string, nonce: string): Promise<boolean>;
}

/**
 * Nonces in a key-value bucket of the broker that all replicas share. A key is created by publishing to its subject
 * under the condition that nothing was published there yet, which the broker decides atomically.
 */
export class SharedNonces implements NonceStore {
  private readonly stream: JetStreamClient;

  constructor(nc: NatsConnection) {
    this.stream = nc.jetstream({ timeout: 2_000 });
  }

  async claim(keyId: string, nonce: string): Promise<boolean> {
    const key = createHash('sha256').update(`${keyId}\n${nonce}`).digest('hex');
    try {
      await this.stream.publish(`$KV.${buckets.gatewayNonces.name}.${key}`, undefined, {
        expect: { lastSubjectSequence: 0 },
      });
      return true;
    } catch (error) {
      if (error instanceof NatsError && error.api_error?.err_code === sequenceMismatch) return false;
      throw error;
    }
  }
}
