import {
  Currency,
  Id,
  LimitField,
  MinorUnits,
  OneOf,
  Optional,
  Text,
  Count,
  UnsignedMinorUnits,
} from './fields';

/** Money on the wire: integer minor units of the currency's exponent. */
export class MoneyDto {
  @MinorUnits() amount: number;
  @Currency() currency: string;
}

export const actorKinds = ['player', 'client', 'staff', 'provider', 'system'] as const;
/** Who caused an act: it is written to the ledger and the audit log. `staff` is a person of the back office. */
export class Actor {
  @OneOf(actorKinds) kind: (typeof actorKinds)[number];
  @Id() id: string;
}

/** The caller's idempotency key; its scope is (caller, brand, operation). */
export class IdempotencyKey {
  @Text(255) key: string;
  /** Authenticated caller, such as `client:operator`. */
  @Id() caller: string;
  /** Hex SHA-256 of the path and the raw body: the same key for another player or with another body is refused. */
  @Text(64, 64) bodySha256: string;
}

/** How an amount splits over the funds of a wallet; signed minor units. */
export class Funds {
  @MinorUnits() real: number;
  @MinorUnits() bonus: number;
  @MinorUnits() locked: number;
}

export class BalanceDto {
  @Currency() currency: string;
  /** Withdrawable money; below zero it is a debt. */
  @MinorUnits() real: number;
  @UnsignedMinorUnits() bonus: number;
  @UnsignedMinorUnits() locked: number;
  /** real + bonus + locked. */
  @MinorUnits() total: number;
  /** Grows with every movement of the wallet. */
  @Count() version: number;
}

/** A page of a list: at most 200 items; the cursor is opaque. */
export class PageRequest {
  @LimitField() limit?: number;
  @Optional() @Text(512) cursor?: string;
}

/** Nothing to say beyond "done". */
export class Done {}

export class HealthRequest {}
/** A service's own view of itself. */
export class HealthReply {
  @OneOf(['ready', 'not-ready']) status: 'ready' | 'not-ready';
  @Text(40) version: string;
  @Count() uptimeSeconds: number;
}
