import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { providerNames } from '../dialects/dialect';
import { wholeNumber } from '../platform/whole-number';
import { parseFaults, type FaultRates } from '../domain/faults';

export interface PlayOptions {
  readonly provider: string;
  readonly players: number;
  /** Rounds of each player. */
  readonly rounds: number;
  readonly faults: FaultRates;
  readonly seed: string;
  /** Players that play at the same time. */
  readonly concurrency: number;
  readonly currency: string;
  readonly stack: string;
}

export const playUsage = `npm run sandbox -- play [options]
  --provider NAME  whose language to speak: one of ${providerNames.join(', ')}; or all (all)
  --players N      players to register (50)
  --rounds N       rounds that each of them plays (1000)
  --faults LIST    duplicates, timeouts, drop-response: share of calls; reorder, rollback, malformed, late-win,
                   spent-win, concurrent, outage, excluded, breaker, shared-ids: share of rounds
                   (none), such as duplicates=0.05,timeouts=0.02,reorder=0.02
  --seed TEXT      repeats the choices of an earlier run
  --concurrency N  players at the same time (50)
  --currency CODE  of the players (EUR)
  --stack FILE     what "npm start" wrote (.stack/demo.json)`;

/** @throws Error that says which option is wrong */
export function readPlayOptions(args: readonly string[]): PlayOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      provider: text,
      players: text,
      rounds: text,
      faults: text,
      seed: text,
      concurrency: text,
      currency: text,
      stack: text,
    },
  });
  const faults = parseFaults(values.faults ?? '');
  if (!faults.ok) throw new Error(faults.error);
  return {
    provider: values.provider ?? 'all',
    players: wholeNumber('players', values.players ?? '50', 10_000),
    rounds: wholeNumber('rounds', values.rounds ?? '1000', 1_000_000),
    faults: faults.value,
    seed: values.seed ?? randomBytes(4).toString('hex'),
    concurrency: wholeNumber('concurrency', values.concurrency ?? '50', 500),
    currency: values.currency ?? 'EUR',
    stack: values.stack ?? `${process.env.STACK_DIR || '.stack'}/demo.json`,
  };
}
