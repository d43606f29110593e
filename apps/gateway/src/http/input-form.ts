import type { IdempotencyKey } from '@baize/contracts';
import type { Caller } from '../auth/caller';

/** A request that passed every check of the edge. */
export interface Input<Body, Query> {
  readonly caller: Caller;
  readonly brand: string;
  /** Path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  /** Set on idempotent operations only, which require it. */
  readonly idempotency: IdempotencyKey;
  /** The player that asks, when it is a player. */
  readonly playerId: string | undefined;
  readonly address: string;
}
