import type { Msg, NatsConnection } from 'nats';
import type { BroadcastContract, RequestContract, Result, ServiceName } from '@baize/contracts';
import { outgoingOf, type Outgoing } from './outgoing';
import { ReplyInbox } from './reply-inbox';
import { FAULT_HEADER, requestHeaders, textOf } from './wire';

/** Why a call has no answer. Of a command that timed out it is unknown whether it happened: ask by key. */
export type FaultKind = 'timeout' | 'no-responders' | 'fault' | 'overloaded';

/** A call that got neither a value nor a refusal. */
export class ServiceFault extends Error {
  constructor(
    readonly service: ServiceName,
    readonly kind: FaultKind,
    /** `<service>.<reason>`. */
    readonly code: string,
    subject: string,
  ) {
    super(`${subject}: ${code}`);
    this.name = 'ServiceFault';
  }
}

export interface CallOptions {
  /** Absolute, epoch milliseconds; the earliest of this, `timeoutMs` and the contract's timeout counts. */
  deadlineMs?: number;
  timeoutMs?: number;
}

/**
 * Calls other services. It never retries, because only the caller knows whether asking twice is safe.
 */
export class RequestClient {
  private readonly outgoing: Outgoing;
  private readonly replies: ReplyInbox;

  constructor(nc: NatsConnection) {
    this.outgoing = outgoingOf(nc);
    this.replies = new ReplyInbox(nc);
  }

  /**
   * Sends the request and waits for its result.
   * @throws ServiceFault when there is no answer in time, nobody serves the subject, or the service failed
   */
  call<Req extends object, Rep extends object>(
    contract: RequestContract<Req, Rep>,
    payload: Req,
    options: CallOptions = {},
  ): Promise<Result<Rep>> {
    const now = Date.now();
    const timeoutMs = Math.min(options.timeoutMs ?? contract.timeoutMs, contract.timeoutMs);
    const deadline = Math.floor(Math.min(now + timeoutMs, options.deadlineMs ?? Infinity));
    return new Promise<Result<Rep>>((resolve, reject) => {
      if (deadline <= now) return reject(fault(contract, 'timeout', 'deadline-passed'));
      const reply = this.replies.expect({
        deadline,
        receive: (msg) => receive(msg, contract, resolve, reject),
        expire: () => reject(fault(contract, 'timeout', 'timeout')),
      });
      const body = Buffer.from(JSON.stringify(payload));
      this.outgoing.publish(contract.subject, body, { reply, headers: requestHeaders(deadline) }, () => {
        this.replies.take(reply);
        reject(fault(contract, 'fault', 'unreachable'));
      });
    });
  }

  /** Tells every process of the listeners at once. Whoever is away never hears it: it may be wanted, not needed. */
  tell<Data extends object>(contract: BroadcastContract<Data>, data: Data): void {
    this.outgoing.publish(contract.subject, Buffer.from(JSON.stringify(data)), undefined, () => undefined);
  }

  /** Stops listening for replies; calls still waiting run into their deadlines. */
  close(): void {
    this.replies.close();
  }
}

function receive(
  msg: Msg,
  contract: RequestContract<object, object>,
  resolve: (result: Result<never>) => void,
  reject: (fault: ServiceFault) => void,
): void {
  const sent = msg.headers;
  if (sent !== undefined) {
    if (sent.code === 503) return reject(fault(contract, 'no-responders', 'no-responders'));
    const code = sent.get(FAULT_HEADER);
    if (code !== '') return reject(new ServiceFault(contract.service, kindOf(code), code, contract.subject));
  }
  try {
    resolve(JSON.parse(textOf(msg.data)) as Result<never>);
  } catch {
    reject(fault(contract, 'fault', 'unreadable-reply'));
  }
}

function fault(contract: RequestContract<object, object>, kind: FaultKind, reason: string): ServiceFault {
  return new ServiceFault(contract.service, kind, `${contract.service}.${reason}`, contract.subject);
}

function kindOf(code: string): FaultKind {
  if (code.endsWith('.overloaded')) return 'overloaded';
  return code.endsWith('.deadline-passed') ? 'timeout' : 'fault';
}
