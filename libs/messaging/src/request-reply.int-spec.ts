import { Controller, Module } from '@nestjs/common';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { NatsConnection } from 'nats';
import { IsInt, IsString } from 'class-validator';
import { ok, refuse, type RequestContract, type Result } from '@baize/contracts';
import { testBroker, waitFor, type PrivateServer } from '@baize/testing';
import {
  connectBroker,
  Handles,
  RequestClient,
  RequestServer,
  ServiceFault,
  type RequestContext,
} from './index';

class Ask {
  @IsString() what: string;
  @IsInt() n: number;
}
class Told {
  @IsString() what: string;
}

function contract(verb: string, timeoutMs = 60_000): RequestContract<Ask, Told> {
  return {
    subject: `wallet.command.${verb}.v1`,
    service: 'wallet',
    request: Ask,
    reply: Told,
    callers: ['gateway'],
    timeoutMs,
    description: 'test',
  };
}
const echo = contract('echo');
const settle = contract('settle');
const unserved = contract('unserved');

const seen = { traces: [] as (string | undefined)[], started: 0 };
let gate: Promise<void> = Promise.resolve();

@Controller()
class EchoController {
  @Handles(echo)
  async echo({ what, n }: Ask, { deadline }: RequestContext): Promise<Result<Told>> {
    seen.started += 1;
    seen.traces.push(trace.getSpanContext(context.active())?.traceId);
    if (what === 'refuse') return refuse('wallet.insufficient-funds', 'no', { data: { n } });
    if (what === 'throw') throw new Error('canary: password of the database');
    if (what === 'wait') await gate;
    if (what === 'large') return ok({ what: what.repeat(1024 * 1024) });
    return ok({ what: what === 'deadline' ? String(deadline) : `${what}${n}` });
  }

  @Handles(settle, { acceptLate: true })
  settle({ what }: Ask): Result<Told> {
    seen.started += 1;
    return ok({ what });
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

describe('request and reply', () => {
  let server: PrivateServer;
  let serving: NatsConnection;
  let calling: NatsConnection;
  let app: INestMicroservice;
  let client: RequestClient;
  const errors: unknown[] = [];

  beforeAll(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    server = await testBroker();
    serving = await connectBroker({ url: server.url, user: 'wallet', name: 'wallet' });
    calling = await connectBroker({ url: server.url, user: 'gateway', name: 'gateway' });
    const logger = { log: () => undefined, warn: () => undefined, error: (m: unknown) => errors.push(m) };
    const strategy = new RequestServer(serving, 'wallet', { maxInFlight: 4 });
    app = await NestFactory.createMicroservice(EchoModule, { strategy, logger });
    await app.listen();
    client = new RequestClient(calling);
  });
  afterAll(async () => {
    client.close();
    await app.close();
    await calling.drain();
    await serving.drain();
    await server.stop();
  });

  const faultOf = (call: Promise<unknown>): Promise<ServiceFault> =>
    call.then(
      () => Promise.reject(new Error('there was an answer')),
      (error: unknown) => error as ServiceFault,
    );

  it('answers values and refusals', async () => {
    expect(await client.call(echo, { what: 'a', n: 1 })).toEqual({ ok: true, value: { what: 'a1' } });
    expect(await client.call(echo, { what: 'refuse', n: 7 })).toEqual({
      ok: false,
      error: { code: 'wallet.insufficient-funds', detail: 'no', data: { n: 7 } },
    });
  });

  it('replies from a private inbox', async () => {
    const subjects: string[] = [];
    const spy = calling.subscribe('_INBOX_gateway.>', { callback: (_, msg) => subjects.push(msg.subject) });
    await client.call(echo, { what: 'a', n: 1 });
    await calling.flush();
    spy.unsubscribe();
    expect(subjects).toHaveLength(1);
  });

  it('refuses a malformed request before the handler', async () => {
    const before = seen.started;
    const bad = { what: 'a', n: 1.5, extra: true } as Ask;
    expect(await client.call(echo, bad)).toMatchObject({ error: { code: 'request.invalid' } });
    const raw = await calling.request(echo.subject, '{"what":"a","n":1,"__proto__":{}}', { timeout: 60_000 });
    expect(raw.json()).toMatchObject({ ok: false, error: { code: 'request.malformed' } });
    expect(seen.started).toBe(before);
  });

  it('turns a throw into a fault without internals, and logs it', async () => {
    const thrown = await faultOf(client.call(echo, { what: 'throw', n: 1 }));
    expect(thrown).toMatchObject({ kind: 'fault', code: 'wallet.fault', service: 'wallet' });
    const raw = await calling.request(echo.subject, '{"what":"throw","n":1}', { timeout: 60_000 });
    expect(raw.string()).not.toContain('canary');
    expect(String(errors[0])).toContain('canary');
  });

  it('turns a reply that no message has room for into a fault at once, and logs it', async () => {
    const before = errors.length;
    const unsent = await faultOf(client.call(echo, { what: 'large', n: 1 }, { timeoutMs: 5_000 }));
    expect(unsent).toMatchObject({ kind: 'fault', code: 'wallet.fault' });
    expect(String(errors[before])).toContain('MAX_PAYLOAD');
  });

  it('tells timeouts and absent services apart', async () => {
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const late = await faultOf(client.call(echo, { what: 'wait', n: 1 }, { timeoutMs: 30 }));
    expect(late.kind).toBe('timeout');
    open();
    expect((await faultOf(client.call(unserved, { what: 'a', n: 1 }))).kind).toBe('no-responders');
  });

  it('passes the earliest deadline on and does not send what is already late', async () => {
    const deadlineMs = Date.now() + 30_000;
    const told = await client.call(echo, { what: 'deadline', n: 1 }, { deadlineMs });
    expect(told).toEqual({ ok: true, value: { what: String(deadlineMs) } });
    const before = seen.started;
    expect((await faultOf(client.call(settle, { what: 'a', n: 1 }, { deadlineMs: 1 }))).kind).toBe('timeout');
    expect(seen.started).toBe(before);
  });

  it('does not start a late request unless its handler accepts late ones', async () => {
    const { headers } = await import('nats');
    const past = headers();
    past.set('Baize-Deadline', String(Date.now() - 1));
    const send = (subject: string) =>
      calling.request(subject, '{"what":"late","n":1}', { timeout: 60_000, headers: past });
    const before = seen.started;
    expect((await send(echo.subject)).headers?.get('Baize-Fault')).toBe('wallet.deadline-passed');
    expect(seen.started).toBe(before);
    expect((await send(settle.subject)).json()).toEqual({ ok: true, value: { what: 'late' } });
  });

  it('answers at once when it has too much in hand', async () => {
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const calls = Array.from({ length: 6 }, (_, n) => client.call(echo, { what: 'wait', n }));
    const settled = Promise.allSettled(calls);
    const faults = await Promise.all(calls.slice(4).map(faultOf));
    expect(faults.map((fault) => fault.kind)).toEqual(['overloaded', 'overloaded']);
    open();
    const outcomes = await settled;
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(4);
  });

  it('carries the trace of the caller', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const parent = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 });
    await context.with(parent, () => client.call(echo, { what: 'a', n: 1 }));
    expect(seen.traces.at(-1)).toBe(traceId);
  });

  it('drains: finishes what is in hand and takes nothing new', async () => {
    const nc = await connectBroker({ url: server.url, user: 'wallet', name: 'draining' });
    const draining = new RequestServer(nc, 'wallet');
    const slow = contract('slow');
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    let started = 0;
    const handler = async (): Promise<never> => {
      started += 1;
      await opened;
      return ok({ what: 'done' }) as never;
    };
    draining.addHandler(slow.subject, handler, false, { contract: slow, options: {} });
    await new Promise<void>((resolve) => draining.listen(() => resolve()));
    const inHand = client.call(slow, { what: 'a', n: 1 });
    await waitFor(() => started === 1);
    const drained = draining.drain();
    await waitFor(
      async () =>
        (await faultOf(client.call(slow, { what: 'b', n: 1 }, { timeoutMs: 50 }))).kind === 'no-responders',
    );
    open();
    expect(await inHand).toEqual({ ok: true, value: { what: 'done' } });
    await drained;
    await nc.drain();
  });
});
