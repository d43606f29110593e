import { parseArgs } from 'node:util';

export const screeningUsage = `npm run bench:screening -- [--pairs <labelled.csv>] [--sdn <sdn.csv> --alt <alt.csv> [--negatives <names.csv>] [--queries <queries.csv>] [--typos <n>]]
  --pairs      name1, name2, is_match (true or false) and, where there are, schema, case_group, quality
  --sdn --alt  the list that is searched, as OFAC publishes it
  --negatives  full_name (and nothing else is used): people who are not on the list
  --queries    name, entry_id: people who are on the list, under its number
  --typos      names of the list with one slip of the pen each (default 2000; 0 for none)
  --sample     at most so many negatives, evenly spread (default all)
  --seed       of the slips (default 1)`;

export interface ScreeningBenchOptions {
  readonly pairs?: string;
  readonly sdn?: string;
  readonly alt?: string;
  readonly negatives?: string;
  readonly queries?: string;
  readonly typos: number;
  readonly sample: number;
  readonly seed: number;
  readonly json?: string;
}

/** @throws Error with the usage on options that fit nothing */
export function readScreeningOptions(argv: readonly string[]): ScreeningBenchOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...{ pairs: text, sdn: text, alt: text, negatives: text, queries: text, json: text },
      ...{ typos: { ...text, default: '2000' }, sample: text, seed: { ...text, default: '1' } },
    },
  });
  const { pairs, sdn, alt } = values;
  if ((pairs === undefined && sdn === undefined) || (sdn === undefined) !== (alt === undefined)) {
    throw new Error(screeningUsage);
  }
  const [typos, seed] = [Number(values.typos), Number(values.seed)];
  const sample = values.sample === undefined ? Infinity : Number(values.sample);
  if (![typos, seed].every(Number.isSafeInteger) || typos < 0 || !(sample > 0))
    throw new Error(screeningUsage);
  return { ...values, typos, sample, seed };
}
