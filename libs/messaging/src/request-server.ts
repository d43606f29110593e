import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { context } from '@opentelemetry/api';
import type { Msg, MsgHdrs, NatsConnection, Subscription } from 'nats';
import { headers } from 'nats';
import { isObservable } from 'rxjs';
import { parse as parseJson } from 'secure-json-parse';
import { refuse, type Result, type ServiceName } from '@baize/contracts';
import type { HandlerExtras, RequestContext } from './handles';
import { requestSeconds, requestsRejected } from './metrics';
import { outgoingOf, type Outgoing } from './outgoing';
import { parse } from './parse';
import { contextOf, DEADLINE_HEADER, FAULT_HEADER, textOf, traceparentOf } from './wire';

export interface RequestServerOptions {
  /** Requests in hand at once; more get the fault `<service>.overloaded` at once. Default 512. */
  maxInFlight?: number;
}

type Outcome = Result<unknown>;
type NestHandler = (request: unknown, context: RequestContext) => Promise<unknown>;
type Answer = (body: string, fault?: string) => void;

interface Route extends HandlerExtras {
  handle: NestHandler;
  observe: Record<'ok' | 'refused' | 'fault', (seconds: number) => void>;
}

/**
 * Nest transport of the platform's request/reply: core NATS, plain JSON of the contract's classes, replies
 * `{ok:true,value}` or `{ok:false,error}`. Requests are validated before the handler sees them; a throw reaches the
 * caller as a fault without internals. It avoids Nest's own NATS transport because that wraps payloads in an
 * envelope, routes through observables and knows no deadlines.
 */
export class RequestServer extends Server implements CustomTransportStrategy {
  private readonly maxInFlight: number;
  private readonly outgoing: Outgoing;
  private readonly subscriptions: Subscription[] = [];
  private inFlight = 0;
  private refused: Error | undefined;
  private onIdle: (() => void) | undefined;

  constructor(
    private readonly nc: NatsConnection,
    private readonly service: ServiceName,
    options: RequestServerOptions = {},
  ) {
    super();
    this.outgoing = outgoingOf(nc);
    this.maxInFlight = options.maxInFlight ?? 512;
  }

  /** Subscribes every handler; the queue group is the service, so that replicas share the load. */
  listen(callback: (error?: unknown) => void): void {
    for (const [subject, handler] of this.getHandlers()) {
      const { contract, options } = handler.extras as HandlerExtras;
      if (contract.service !== this.service) {
        callback(new Error(`${subject} is no subject of ${this.service}`));
        return;
      }
      const observe = (outcome: string) => {
        const child = requestSeconds.labels(subject, outcome);
        return (seconds: number) => child.observe(seconds);
      };
      const route: Route = {
        contract,
        options,
        handle: handler,
        observe: { ok: observe('ok'), refused: observe('refused'), fault: observe('fault') },
      };
      this.subscriptions.push(
        this.nc.subscribe(subject, {
          queue: this.service,
          callback: (error, msg) => {
            if (error === null) this.receive(route, msg);
            else this.refused ??= error;
          },
        }),
      );
    }
    // the round trip makes the subscriptions effective, and shows one that the broker refused
    this.nc.flush().then(() => callback(this.refused), callback);
  }

  /** Stops taking requests, finishes those in hand, and flushes their replies. */
  async drain(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.drain()));
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    this.outgoing.flush();
    if (!this.nc.isClosed()) await this.nc.flush();
  }

  /** Nest's `app.close()`. */
  close(): Promise<void> {
    return this.drain();
  }

  on(): never {
    throw new Error('the request server emits no events: watch the connection instead');
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- Nest's signature
  override unwrap<T>(): T {
    return this.nc as T;
  }

  private receive(route: Route, msg: Msg): void {
    const sent = msg.headers;
    const deadline = Number(sent?.get(DEADLINE_HEADER)) || Date.now() + route.contract.timeoutMs;
    const answer: Answer = (body, fault) => this.respond(msg, body, fault);
    if (this.inFlight >= this.maxInFlight) return this.reject(route, answer, 'overloaded');
    if (Date.now() >= deadline && route.options.acceptLate !== true) {
      return this.reject(route, answer, 'deadline-passed');
    }
    const request = readRequest(route, msg.data);
    if (!request.ok) {
      requestsRejected.inc({ subject: route.contract.subject, reason: 'invalid' });
      return answer(JSON.stringify(request));
    }
    const traceparent = traceparentOf(sent);
    const run = () => this.serve(route, request.value, { deadline, traceparent }, answer);
    void (traceparent === undefined ? run() : context.with(contextOf(traceparent), run));
  }

  /** Never rejects: whatever happens is answered. */
  private async serve(route: Route, request: object, known: RequestContext, answer: Answer): Promise<void> {
    const startedAt = performance.now();
    let outcome: 'ok' | 'refused' | 'fault' = 'fault';
    this.inFlight += 1;
    try {
      const result = await route.handle(request, known);
      // Nest's exception layer has logged the error and hands back an observable of it
      if (isObservable(result)) {
        answer(this.faultBody('fault'), `${this.service}.fault`);
      } else {
        answer(JSON.stringify(result));
        outcome = (result as Outcome).ok ? 'ok' : 'refused';
      }
    } catch (error) {
      this.logger.error(error);
      answer(this.faultBody('fault'), `${this.service}.fault`);
    } finally {
      this.inFlight -= 1;
      if (this.inFlight === 0) this.onIdle?.();
      route.observe[outcome]((performance.now() - startedAt) / 1_000);
    }
  }

  private reject(route: Route, answer: Answer, reason: 'overloaded' | 'deadline-passed'): void {
    requestsRejected.inc({ subject: route.contract.subject, reason });
    answer(this.faultBody(reason), `${this.service}.${reason}`);
  }

  private respond(msg: Msg, body: string, fault: string | undefined): void {
    // without a reply subject nobody waits; a reply that is lost with the connection is asked for again by key
    if (msg.reply === undefined) return;
    let sent: MsgHdrs | undefined;
    if (fault !== undefined) {
      sent = headers();
      sent.set(FAULT_HEADER, fault);
    }
    this.outgoing.publish(msg.reply, Buffer.from(body), { headers: sent }, (error) => {
      if (fault !== undefined || this.nc.isClosed()) return;
      // larger than a message may be: whoever asked must not wait for what never comes
      this.logger.error(error);
      this.respond(msg, this.faultBody('fault'), `${this.service}.fault`);
    });
  }

  private faultBody(reason: string): string {
    return JSON.stringify({ code: `${this.service}.${reason}`, detail: `${this.service} could not answer` });
  }
}

function readRequest(route: Route, data: Uint8Array): Result<object> {
  let value: unknown;
  try {
    value = parseJson(textOf(data), { protoAction: 'error', constructorAction: 'error' });
  } catch {
    return refuse('request.malformed', 'The request is not JSON, or has keys that no request has.');
  }
  return parse(route.contract.request, value);
}
