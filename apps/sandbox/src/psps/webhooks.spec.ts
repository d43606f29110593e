import { calmPlan, newPayment } from '../../test/psp-samples';
import type { PspEvent, PspPayment, WebhookPlan } from './payment';
import { WebhookSender, type WebhookWire } from './webhooks';

const wire: WebhookWire = {
  encode: (_payment, event, id, forged) => ({
    url: '',
    headers: {},
    body: `${event}#${id}${forged ? ' forged' : ''}`,
  }),
  isHeard: (status) => status === 200,
};
const paymentWith = (plan: Partial<WebhookPlan>): PspPayment => ({
  ...newPayment(),
  plan: { ...calmPlan, ...plan },
  status: 'paid',
  moved: 1_000n,
  createdAtMs: 0,
});

let sent: string[];
let status: (body: string) => number;
let reversals: number;
let sender: WebhookSender;
beforeEach(() => {
  jest.useFakeTimers();
  sent = [];
  reversals = 0;
  status = (body) => (body.includes('forged') ? 401 : 200);
  sender = new WebhookSender(
    wire,
    ({ body }) => {
      sent.push(body);
      return Promise.resolve({ status: status(body), body: '' });
    },
    () => reversals++,
    [10, 20],
  );
});
afterEach(() => {
  sender.stop();
  jest.useRealTimers();
});

async function tell(plan: Partial<WebhookPlan>, event: PspEvent = 'paid'): Promise<void> {
  await sender.tell(paymentWith(plan), event);
  await jest.advanceTimersByTimeAsync(10_000);
}

it.each<[Partial<WebhookPlan>, string[]]>([
  [{}, ['pending#1', 'paid#2']],
  [{ reorder: true }, ['paid#1', 'pending#2']],
  [{ never: true }, []],
  [{ badSignature: true }, ['pending#1 forged', 'pending#1', 'paid#2 forged', 'paid#2']],
  [{ duplicate: true }, ['pending#1', 'pending#1', 'paid#2', 'paid#2', 'pending#1', 'paid#2']],
])('%j', async (plan, expected) => {
  await tell(plan);
  expect(sent).toEqual(expected);
  expect(sender.tally.forgedHeard).toBe(0);
});

it('is late by what was planned', async () => {
  await sender.tell(paymentWith({ lateMs: 500 }), 'paid');
  await jest.advanceTimersByTimeAsync(499);
  expect(sent).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['pending#1', 'paid#2']);
});

it('says it again until it is heard, and gives up in the end', async () => {
  let deaf = 2;
  status = () => (deaf-- > 0 ? 503 : 200);
  await tell({}, 'reversed');
  expect(sent).toEqual(['reversed#1', 'reversed#1', 'reversed#1']);
  expect(sender.tally).toMatchObject({ sent: 3, heard: 1, givenUp: 0 });
  status = () => 503;
  await tell({}, 'reversed');
  expect(sender.tally).toMatchObject({ sent: 6, heard: 1, givenUp: 1 });
});

it('counts a forged one that was taken for real', async () => {
  status = () => 200;
  await tell({ badSignature: true });
  expect(sender.tally.forgedHeard).toBe(2);
});

it('takes a payment back a while after it was paid, but not one of another amount', async () => {
  await tell({ reversal: true });
  expect(reversals).toBe(1);
  await tell({ reversal: true, wrongAmount: true });
  expect(reversals).toBe(1);
});

it('drops what waits when it stops', async () => {
  await sender.tell(paymentWith({ lateMs: 500 }), 'paid');
  sender.stop();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(sent).toEqual([]);
});
