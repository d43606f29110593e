import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../platform/whole-number';
import { parsePayFaults, payFaultNames, type PayFaultRates } from '../psps/faults';

export interface PayOptions {
  readonly players: number;
  /** In all. */
  readonly payments: number;
  readonly faults: PayFaultRates;
  readonly seed: string;
  readonly currency: string;
  /** Over which the payments are started. */
  readonly seconds: number;
  /** After the last one was started, all must be final. */
  readonly deadlineSeconds: number;
  readonly stack: string;
}

const leastSeconds = 20;

export const payUsage = `npm run sandbox -- pay [options]
  --players N      players to register (50)
  --payments N     deposits and withdrawals in all, over all PSPs (500)
  --faults LIST    shares of payments (none), such as duplicates=0.05,never=0.02; known:
                   ${payFaultNames.join(', ')}
  --seconds N      over which they are started (${leastSeconds}, or more where there are many)
  --deadline N     seconds after the last one in which all must be final (150)
  --seed TEXT      repeats the choices of an earlier run
  --currency CODE  of the players (EUR)
  --stack FILE     what "npm start" wrote (.stack/demo.json)`;

const comfortablePerSecond = 25;

/** @throws Error that says which option is wrong */
export function readPayOptions(args: readonly string[]): PayOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      players: text,
      payments: text,
      faults: text,
      seconds: text,
      deadline: text,
      seed: text,
      currency: text,
      stack: text,
    },
  });
  const faults = parsePayFaults(values.faults ?? '');
  if (!faults.ok) throw new Error(faults.error);
  const payments = wholeNumber('payments', values.payments ?? '500', 100_000);
  const comfortable = Math.max(leastSeconds, Math.ceil(payments / comfortablePerSecond));
  return {
    players: wholeNumber('players', values.players ?? '50', 10_000),
    payments,
    faults: faults.value,
    seconds: Math.max(leastSeconds, wholeNumber('seconds', values.seconds ?? `${comfortable}`, 86_400)),
    deadlineSeconds: wholeNumber('deadline', values.deadline ?? '150', 3_600),
    seed: values.seed ?? randomBytes(4).toString('hex'),
    currency: values.currency ?? 'EUR',
    stack: values.stack ?? `${process.env.STACK_DIR || '.stack'}/demo.json`,
  };
}
