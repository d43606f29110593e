import { counter, gauge, histogram, type Clock, type Logger } from '@baize/runtime';
import { circuitBreaker, CountBreaker, handleAll, type CircuitBreakerPolicy } from 'cockatiel';
import type { Payment } from '../domain/payment';
import type { QueryAnswer, StartAnswer } from '../domain/psp';
import type { Candidate } from '../domain/routing';
import type { PspAccount } from './connect-psps';
import type { Instruments } from './instruments';

/** `unavailable`: the breaker is open, the PSP was not asked; `unknown`: it was asked and did not answer. */
export type StartOutcome = StartAnswer | { readonly status: 'unavailable' | 'unknown' };

const calls = counter('wallet_psp_calls_total', 'Calls of PSPs, by what came of them', [
  'psp',
  'call',
  'outcome',
]);
const seconds = histogram('wallet_psp_call_seconds', 'Time of a PSP call', ['psp', 'call']);
const breakers = gauge('wallet_psp_breaker_open', '1 while a PSP is not chosen because it does not answer', [
  'brand',
  'psp',
]);

/** Half of the last 20 calls without an answer open a breaker; one call tries again after this. */
const tryAgainAfterMs = 10_000;

interface Gate {
  readonly breaker: CircuitBreakerPolicy;
  openUntilMs: number;
}

/**
 * A question that is answered says nothing of starts: a PSP may answer all of them, and they are many, and take no
 * payments. One without an answer says it of both.
 */
interface Line {
  readonly account: PspAccount;
  readonly starts: Gate;
  readonly queries: Gate;
}

/** Speaks to the PSPs: deadlines, breakers, figures. What it cannot get an answer to it calls unknown. */
export class PspDesk {
  private readonly lines: readonly Line[];

  constructor(
    accounts: readonly PspAccount[],
    private readonly instruments: Instruments,
    private readonly options: { readonly pspCallMs: number; readonly clock: Clock; readonly log: Logger },
  ) {
    this.lines = accounts.map((account) => this.lineOf(account));
  }

  /** The PSPs that a brand has accounts with. An open breaker affects who is chosen, never who is heard. */
  candidates(brand: string): Candidate[] {
    const now = this.options.clock.now().getTime();
    return this.lines
      .filter(({ account }) => account.brand === brand)
      .map(({ account, starts }) => ({
        psp: account.psp,
        methods: account.dialect.methods,
        available: starts.openUntilMs <= now,
      }));
  }

  account(brand: string, psp: string | null): PspAccount | undefined {
    return this.line(brand, psp)?.account;
  }

  /** Starts a payment at its PSP, or starts it again: its id makes that safe. Never throws. */
  start(payment: Payment): Promise<StartOutcome> {
    const { id, brand, kind, amount, currency, method, playerId, psp } = payment;
    const country = payment.country ?? undefined;
    const common = { paymentId: id, amount, currency, method, playerRef: playerId, country };
    const instrument =
      payment.instrumentSealed === null ? undefined : this.instruments.open(brand, payment.instrumentSealed);
    return this.ask<StartOutcome>(
      { brand, psp, call: `start-${kind}` },
      { unavailable: { status: 'unavailable' }, unknown: { status: 'unknown' } },
      (adapter, until) =>
        kind === 'deposit'
          ? adapter.startDeposit({ ...common, returnUrl: payment.returnUrl ?? '', instrument }, until)
          : adapter.startWithdrawal(
              { ...common, destination: destinationOf(method, instrument ?? '') },
              until,
            ),
    );
  }

  /** What the PSP knows of the payment; undefined when it does not answer. Never throws. */
  query(payment: Payment): Promise<QueryAnswer | undefined> {
    const { id, brand, kind, amount, currency, psp, pspReference, createdAt } = payment;
    const query = {
      ...{ paymentId: id, kind, amount, currency, startedAtMs: createdAt.getTime() },
      pspReference: pspReference ?? undefined,
    };
    return this.ask<QueryAnswer | undefined>(
      { brand, psp, call: 'query' },
      { unavailable: undefined, unknown: undefined },
      (adapter, until) => adapter.query(query, until),
    );
  }

  private line(brand: string, psp: string | null): Line | undefined {
    return this.lines.find(({ account }) => account.brand === brand && account.psp === psp);
  }

  private async ask<Answer>(
    { brand, psp, call }: { readonly brand: string; readonly psp: string | null; readonly call: string },
    { unavailable, unknown }: { readonly unavailable: Answer; readonly unknown: Answer },
    work: (adapter: PspAccount['adapter'], deadlineMs: number) => Promise<Answer>,
  ): Promise<Answer> {
    const line = this.line(brand, psp);
    if (!line) return unavailable;
    const label = line.account.psp;
    const gate = call === 'query' ? line.queries : line.starts;
    if (gate.openUntilMs > this.options.clock.now().getTime()) {
      calls.inc({ psp: label, call, outcome: 'breaker-open' });
      return unavailable;
    }
    const startedAt = performance.now();
    try {
      const deadlineMs = Date.now() + this.options.pspCallMs;
      const answer = await gate.breaker.execute(() =>
        inTime(work(line.account.adapter, deadlineMs), this.options.pspCallMs),
      );
      calls.inc({ psp: label, call, outcome: outcomeOf(answer) });
      return answer;
    } catch (error) {
      calls.inc({ psp: label, call, outcome: 'no-answer' });
      if (call === 'query') await failed(line.starts.breaker);
      // Adapters keep personal data out of their errors; the PSP's own text may hold some, so only its kind is told.
      this.options.log.warn({ psp: label, call, fault: (error as Error).name }, 'a PSP did not answer');
      return unknown;
    } finally {
      seconds.observe({ psp: label, call }, (performance.now() - startedAt) / 1_000);
    }
  }

  private lineOf(account: PspAccount): Line {
    const label = { brand: account.brand, psp: account.psp };
    const starts = this.gate(() =>
      this.options.log.error(label, 'a PSP is not chosen any more: it does not answer'),
    );
    const queries = this.gate(() =>
      this.options.log.error(label, 'a PSP is not asked for a while: it does not answer'),
    );
    breakers.set(label, 0);
    starts.breaker.onBreak(() => breakers.set(label, 1));
    starts.breaker.onReset(() => breakers.set(label, 0));
    return { account, starts, queries };
  }

  private gate(onOpen: () => void): Gate {
    const breaker = circuitBreaker(handleAll, {
      halfOpenAfter: tryAgainAfterMs,
      breaker: new CountBreaker({ threshold: 0.49, size: 20 }),
    });
    const gate: Gate = { breaker, openUntilMs: 0 };
    breaker.onBreak(() => {
      gate.openUntilMs = this.options.clock.now().getTime() + tryAgainAfterMs;
      onOpen();
    });
    breaker.onReset(() => (gate.openUntilMs = 0));
    return gate;
  }
}

function destinationOf(method: Payment['method'], reference: string) {
  return method === 'bank' ? { iban: reference } : { reference };
}

function outcomeOf(answer: unknown): string {
  const { status, found } = (answer ?? {}) as { status?: string; found?: boolean };
  return found === false ? 'not-found' : (status ?? 'answered');
}

/** Counts a call without an answer. */
async function failed(breaker: CircuitBreakerPolicy): Promise<void> {
  await breaker.execute(() => Promise.reject(new Error('no answer'))).catch(() => undefined);
}

/** An adapter that forgets its deadline is not waited for. */
async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the PSP was too slow')), withinMs + 250);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
