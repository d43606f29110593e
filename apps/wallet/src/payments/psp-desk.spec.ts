import { createLogger } from '@baize/runtime';
import { BookPsp } from '../../test/support/book-psp';
import type { Payment } from '../domain/payment';
import { connectPsps } from './connect-psps';
import { Instruments } from './instruments';
import { PspDesk } from './psp-desk';

const log = createLogger('test', { write: () => undefined });
const payment = (id: string): Payment => ({
  ...{ id, brand: 'demo', playerId: 'p', kind: 'deposit', state: 'created', amount: 1_000n, currency: 'EUR' },
  ...{ method: 'card', country: null, wantedPsp: null, psp: 'book', tried: [], pspReference: null },
  ...{ returnUrl: null, redirectUrl: null, instrumentSealed: null, instrumentPrint: null },
  ...{ instrumentMasked: null, reviewReasons: [], reversed: 0n, attempts: 0, overdue: false },
  ...{ stateSince: new Date(0), createdAt: new Date(0) },
});

describe('a PSP that takes no payments', () => {
  let nowMs: number;
  let psp: BookPsp;
  let desk: PspDesk;

  beforeEach(() => {
    nowMs = 0;
    psp = new BookPsp('book');
    const account = { brand: 'demo', psp: 'book', baseUrl: '', callbackUrl: '', credentials: {} };
    const clock = { now: () => new Date(nowMs) };
    const options = { pspCallMs: 1_000, clock, log };
    desk = new PspDesk(connectPsps([account], [psp.dialect]), new Instruments(Buffer.alloc(32)), options);
  });

  const isChosen = () => desk.candidates('demo')[0]?.available;
  const fail = async (count: number) => {
    psp.manner = 'lost';
    for (let n = 0; n < count; n += 1) {
      expect(await desk.start(payment(`lost-${n}`))).toEqual({ status: 'unknown' });
      // as many are asked about again and again
      for (let asked = 0; asked < 5; asked += 1)
        expect(await desk.query(payment(`lost-${n}`))).toMatchObject({ found: true, status: 'pending' });
    }
  };

  it('is not chosen any more, though it answers all questions, and is still asked them', async () => {
    await fail(19);
    expect(isChosen()).toBe(true);
    await fail(1);
    expect(isChosen()).toBe(false);
    expect(await desk.start(payment('next'))).toEqual({ status: 'unavailable' });
    expect(await desk.query(payment('lost-0'))).toMatchObject({ found: true });
  });

  it('is found by questions without an answer, too', async () => {
    Object.assign(psp, { query: () => Promise.reject(new Error('no answer')) });
    for (let n = 0; n < 20; n += 1) expect(await desk.query(payment('any'))).toBeUndefined();
    expect(isChosen()).toBe(false);
  });

  it('is tried again after a while', async () => {
    await fail(20);
    nowMs += 10_000;
    expect(isChosen()).toBe(true);
  });
});
