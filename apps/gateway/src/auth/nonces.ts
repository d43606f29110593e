import { createHash } from 'node:crypto';
import { type KV, type NatsConnection, NatsError, StorageType } from 'nats';

/** A stamp 300 s ahead stays good for 600 s; the rest is for clocks that differ between us and the broker. */
const keptMs = 900_000;
const bucket = 'gateway-nonces';
const sequenceMismatch = 10_071;

/** Where the nonces of signed requests are remembered. */
export interface NonceStore {
  /** True for the first claim of this nonce, false ever after. */
  claim(keyId: string, nonce: string): Promise<boolean>;
}

/** Nonces in a NATS key-value bucket that all replicas share; creating a key is atomic there. */
export class SharedNonces implements NonceStore {
  private constructor(private readonly kv: KV) {}

  static async open(nc: NatsConnection): Promise<SharedNonces> {
    const views = nc.jetstream({ timeout: 2_000 }).views;
    return new SharedNonces(await views.kv(bucket, { ttl: keptMs, history: 1, storage: StorageType.File }));
  }

  async claim(keyId: string, nonce: string): Promise<boolean> {
    const key = createHash('sha256').update(`${keyId}\n${nonce}`).digest('hex');
    try {
      await this.kv.put(key, '', { previousSeq: 0 });
      return true;
    } catch (error) {
      if (error instanceof NatsError && error.api_error?.err_code === sequenceMismatch) return false;
      throw error;
    }
  }
}
