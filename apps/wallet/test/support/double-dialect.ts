import { createHmac } from 'node:crypto';
import type {
  PspAdapter,
  PspDialect,
  PspNotification,
  PspSettings,
  QueryAnswer,
  StartAnswer,
} from '../../src/domain/psp';
import type { Booked } from './psp-double';

type Wire = Omit<PspNotification, 'amount'> & { amount: number };

/** The dialect of the tests' PSP. */
export const doubleDialect = (name: string): PspDialect => ({
  name,
  methods: ['card', 'bank', 'wallet'],
  connect: (settings) => adapterOf(settings),
});

function adapterOf({ baseUrl, credentials }: PspSettings): PspAdapter {
  const start = async (path: string, body: object, deadlineMs: number): Promise<StartAnswer> => {
    const answer = await fetch(`${baseUrl}/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(Math.max(1, deadlineMs - Date.now())),
    });
    const said = (await answer.json()) as { reference: string; redirectUrl: string; code: string };
    if (answer.status === 422) return { status: 'refused', code: said.code, detail: 'refused' };
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return { status: 'accepted', pspReference: said.reference, redirectUrl: said.redirectUrl };
  };
  return {
    startDeposit: ({ paymentId: id, amount, currency }, deadlineMs) =>
      start('deposits', { id, amount: Number(amount), currency }, deadlineMs),
    startWithdrawal: ({ paymentId: id, amount, currency, destination }, deadlineMs) =>
      start('withdrawals', { id, amount: Number(amount), currency, destination }, deadlineMs),
    query: async ({ paymentId }, deadlineMs): Promise<QueryAnswer> => {
      const answer = await fetch(`${baseUrl}/payments/${paymentId}`, {
        signal: AbortSignal.timeout(Math.max(1, deadlineMs - Date.now())),
      });
      if (answer.status === 404) return { found: false };
      const { reference, status, amount, reversed, currency } = (await answer.json()) as Booked;
      return {
        ...{ found: true, pspReference: reference, status, currency },
        amount: BigInt(status === 'reversed' ? reversed : amount),
      };
    },
    readWebhook: ({ headers, rawBody }) => {
      const expected = createHmac('sha256', credentials.secret ?? '')
        .update(rawBody)
        .digest('hex');
      if (headers['x-signature'] !== expected) return { status: 'unauthenticated' };
      const { amount, ...said } = JSON.parse(rawBody.toString()) as Wire;
      if (!Number.isSafeInteger(amount)) return { status: 'malformed', detail: 'amount' };
      return { status: 'ok', notifications: [{ ...said, amount: BigInt(amount) }] };
    },
    webhookAnswer: (outcome) => ({
      status: { accepted: 200, unauthenticated: 401, malformed: 400, fault: 500 }[outcome],
      contentType: 'text/plain',
      body: outcome,
    }),
  };
}
