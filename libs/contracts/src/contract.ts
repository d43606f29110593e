/** The services that own subjects. The sandbox is an outside party and owns none. */
export const serviceNames = ['gateway', 'wallet', 'game-sessions', 'identity'] as const;
export type ServiceName = (typeof serviceNames)[number];

export type Class<T> = new () => T;

/** A typed request/reply subject. The broker lets only `callers` publish to it and only `service` subscribe. */
export interface RequestContract<Req extends object, Rep extends object> {
  /** `<service>.command.<verb-noun>.v1` or `<service>.query.<verb-noun>.v1`. */
  readonly subject: string;
  readonly service: ServiceName;
  readonly request: Class<Req>;
  readonly reply: Class<Rep>;
  readonly callers: readonly ServiceName[];
  /** The longest that a caller waits, in milliseconds, when it has no earlier deadline of its own. */
  readonly timeoutMs: number;
  readonly description: string;
}

/** A fact that a service publishes. The broker lets only `consumers` read it. */
export interface EventContract<Data extends object> {
  /** `<service>.event.<noun-verbed>.v1`; the subject adds `.p<nn>`, the partition. */
  readonly type: string;
  readonly service: ServiceName;
  readonly data: Class<Data>;
  readonly consumers: readonly ServiceName[];
  readonly description: string;
  /** A valid example; it is published with the schema and checked against it. */
  readonly sample: Data;
}

/**
 * Says that something of a key may have changed, and nothing more: who hears it reads again. It is not stored, and may
 * be lost or come twice. Every replica of every listener hears it; the broker lets only `listeners`.
 */
export interface HintContract {
  /** `<service>.hint.<noun-verbed>.v1`; the subject adds the key. */
  readonly subject: string;
  readonly service: ServiceName;
  readonly listeners: readonly ServiceName[];
  readonly description: string;
}

type RequestDefinition<Req extends object, Rep extends object> = Pick<
  RequestContract<Req, Rep>,
  'request' | 'reply' | 'callers' | 'description'
> & { readonly timeoutMs?: number };

/** Commands change state; asked again with the same keys they change it once. */
export function command<Req extends object, Rep extends object>(
  service: ServiceName,
  verbNoun: string,
  definition: RequestDefinition<Req, Rep>,
): RequestContract<Req, Rep> {
  return { timeoutMs: 5_000, ...definition, service, subject: `${service}.command.${verbNoun}.v1` };
}

/** Queries change nothing. */
export function query<Req extends object, Rep extends object>(
  service: ServiceName,
  verbNoun: string,
  definition: RequestDefinition<Req, Rep>,
): RequestContract<Req, Rep> {
  return { timeoutMs: 3_000, ...definition, service, subject: `${service}.query.${verbNoun}.v1` };
}

/** What every process of the listeners is told at once, by core NATS without a queue group. It may be lost. */
export interface BroadcastContract<Data extends object> {
  /** `<service>.broadcast.<noun-verbed>.v1` */
  readonly subject: string;
  readonly service: ServiceName;
  readonly data: Class<Data>;
  readonly listeners: readonly ServiceName[];
  readonly description: string;
}

export function broadcast<Data extends object>(
  service: ServiceName,
  nounVerbed: string,
  definition: Pick<BroadcastContract<Data>, 'data' | 'listeners' | 'description'>,
): BroadcastContract<Data> {
  return { ...definition, service, subject: `${service}.broadcast.${nounVerbed}.v1` };
}

export function event<Data extends object>(
  service: ServiceName,
  nounVerbed: string,
  definition: Pick<EventContract<Data>, 'data' | 'consumers' | 'description' | 'sample'>,
): EventContract<Data> {
  return { ...definition, service, type: `${service}.event.${nounVerbed}.v1` };
}

export function hint(
  service: ServiceName,
  nounVerbed: string,
  definition: Pick<HintContract, 'listeners' | 'description'>,
): HintContract {
  return { ...definition, service, subject: `${service}.hint.${nounVerbed}.v1` };
}
