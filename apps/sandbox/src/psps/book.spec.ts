import { newPayment } from '../../test/psp-samples';
import { KeptAnswers } from './answers';
import { defaultBookSettings, PspBook } from './book';
import { noPayFaults } from './faults';

it('lets a payment be decided once', () => {
  const book = new PspBook('stripe');
  const payment = book.take(newPayment());
  expect(book.reverse(payment)).toBeUndefined();
  expect(book.settle(payment, 'paid')).toBe('paid');
  expect(book.settle(payment, 'declined')).toBeUndefined();
  expect(payment).toMatchObject({ status: 'paid', moved: 1_000n });
  expect(book.reverse(payment)).toBe('reversed');
  expect(book.reverse(payment)).toBeUndefined();
});

it('tells nobody of a page whose time ran out', () => {
  const book = new PspBook('stripe');
  const payment = book.take(newPayment());
  expect(book.settle(payment, 'expired')).toBeUndefined();
  expect(payment).toMatchObject({ status: 'expired', moved: 0n });
});

it('moves another amount than was asked for where that is planned', () => {
  const book = new PspBook('stripe');
  book.settings = { ...defaultBookSettings, rates: { ...noPayFaults, 'wrong-amount': 1 } };
  const payment = book.take(newPayment());
  book.settle(payment, 'paid');
  expect(payment.moved).not.toBe(payment.asked);
});

it('plans the same faults from the same seed, whoever comes first', () => {
  const plansOf = (amounts: bigint[]): Map<bigint, unknown> => {
    const book = new PspBook('stripe');
    book.settings = { rates: { ...noPayFaults, never: 0.5, late: 0.5 }, seed: 'x', minuteMs: 100 };
    return new Map(amounts.map((asked) => [asked, book.take(newPayment({ asked })).plan]));
  };
  const amounts = Array.from({ length: 40 }, (_, index) => BigInt(index + 1));
  expect(plansOf(amounts.toReversed())).toEqual(plansOf(amounts));
});

it('answers a repeated call as the first, and tells another one under the same key', async () => {
  const answers = new KeptAnswers(2);
  let calls = 0;
  const work = () => Promise.resolve({ status: 200, body: { call: ++calls } });
  const [first, beside] = await Promise.all([answers.once('k', 'a', work), answers.once('k', 'a', work)]);
  expect(beside).toEqual(first);
  expect(await answers.once('k', 'b', work)).toBe('conflict');
  await answers.once('k2', 'a', work);
  await answers.once('k3', 'a', work);
  expect(await answers.once('k', 'b', work)).toMatchObject({ body: { call: 4 } }); // forgotten: it is bounded
});
