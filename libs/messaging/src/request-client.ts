import { createInbox, type Msg, type NatsConnection, type Subscription } from 'nats';
import type { RequestContract, Result, ServiceName } from '@baize/contracts';
import { outgoingOf, type Outgoing } from './outgoing';
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

interface Pending {
  deadline: number;
  contract: RequestContract<object, object>;
  resolve: (result: Result<never>) => void;
  reject: (fault: ServiceFault) => void;
}

const SWEEP_MS = 10;

/**
 * Calls other services. All replies come in on one private subscription, and one timer watches all deadlines:
 * a request costs neither a subscription nor a timer. It never retries, because only the caller knows whether
 * asking twice is safe.
 */
export class RequestClient {
  private readonly inbox: string;
  private readonly replies: Subscription;
  private readonly outgoing: Outgoing;
  private readonly pending = new Map<string, Pending>();
  private sweeper: NodeJS.Timeout | undefined;
  private last = 0;

  constructor(nc: NatsConnection) {
    this.outgoing = outgoingOf(nc);
    const prefix = (nc as unknown as { options?: { inboxPrefix?: string } }).options?.inboxPrefix;
    this.inbox = `${createInbox(prefix)}.`;
    this.replies = nc.subscribe(`${this.inbox}*`, {
      callback: (error, msg) => {
        if (error === null) this.receive(msg);
      },
    });
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
      const token = (this.last = (this.last + 1) % Number.MAX_SAFE_INTEGER).toString(36);
      this.pending.set(token, { deadline, contract, resolve, reject });
      this.sweeper ??= setInterval(() => this.sweep(), SWEEP_MS);
      const body = Buffer.from(JSON.stringify(payload));
      const sent = { reply: this.inbox + token, headers: requestHeaders(deadline) };
      this.outgoing.publish(contract.subject, body, sent, () => {
        this.pending.delete(token);
        reject(fault(contract, 'fault', 'unreachable'));
      });
    });
  }

  /** Stops listening for replies; calls still waiting run into their deadlines. */
  close(): void {
    this.replies.unsubscribe();
  }

  private receive(msg: Msg): void {
    const token = msg.subject.slice(this.inbox.length);
    const pending = this.pending.get(token);
    if (pending === undefined) return;
    this.pending.delete(token);
    const { contract, resolve, reject } = pending;
    const sent = msg.headers;
    if (sent !== undefined) {
      if (sent.code === 503) return reject(fault(contract, 'no-responders', 'no-responders'));
      const code = sent.get(FAULT_HEADER);
      if (code !== '')
        return reject(new ServiceFault(contract.service, kindOf(code), code, contract.subject));
    }
    try {
      resolve(JSON.parse(textOf(msg.data)) as Result<never>);
    } catch {
      reject(fault(contract, 'fault', 'unreadable-reply'));
    }
  }

  private sweep(): void {
    const now = Date.now();
    for (const [token, { deadline, contract, reject }] of this.pending) {
      if (deadline > now) continue;
      this.pending.delete(token);
      reject(fault(contract, 'timeout', 'timeout'));
    }
    if (this.pending.size > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }
}

function fault(contract: RequestContract<object, object>, kind: FaultKind, reason: string): ServiceFault {
  return new ServiceFault(contract.service, kind, `${contract.service}.${reason}`, contract.subject);
}

function kindOf(code: string): FaultKind {
  if (code.endsWith('.overloaded')) return 'overloaded';
  return code.endsWith('.deadline-passed') ? 'timeout' : 'fault';
}
