import { createReadStream } from 'node:fs';
import { parseDecimal } from '@baize/money';
import { parse } from 'csv-parse';
import type { PaymentKind } from '../domain/psp';

export type SettlementType = 'deposit' | 'withdrawal' | 'reversal';

/** What a PSP's settlement file says that it moved. */
export interface SettlementLine {
  /** In the file, from 1; the head is line 1. */
  readonly line: number;
  readonly pspReference: string;
  /** Our payment id, as the PSP was given it. */
  readonly merchantReference: string;
  readonly type: SettlementType;
  /** Of the payment: of a reversal it follows from the direction of the money. */
  readonly kind: PaymentKind;
  /** Minor units, above zero. */
  readonly amount: bigint;
  readonly currency: string;
  readonly bookedAtMs: number;
}

/** A line that does not say anything definite. */
export interface UnreadableLine {
  readonly line: number;
  readonly problem: string;
}

/** The file as a whole is no settlement file. */
export class SettlementFileError extends Error {}

const columns = ['psp_reference', 'merchant_reference', 'type', 'amount', 'currency', 'booked_at'] as const;
type Columns = Readonly<Record<(typeof columns)[number], string>>;
const directions: Readonly<Record<SettlementType, Readonly<Record<'in' | 'out', PaymentKind | undefined>>>> =
  {
    deposit: { in: 'deposit', out: undefined },
    withdrawal: { in: undefined, out: 'withdrawal' },
    reversal: { in: 'withdrawal', out: 'deposit' },
  };
const isType = (text: string): text is SettlementType => Object.hasOwn(directions, text);

/** Longest line, in characters: what is longer is no settlement line. */
const longestLine = 4_096;
const longestId = 255;

/**
 * Reads a settlement file line by line, as fast as it is asked; columns are found by name, others are passed over.
 * @throws SettlementFileError when it is no such file: it lacks a column, its quotes do not match, a line is too long
 */
export async function* readSettlement(file: string): AsyncGenerator<SettlementLine | UnreadableLine> {
  const parser = createReadStream(file).pipe(
    parse({
      bom: true,
      columns: (head: string[]) => {
        const lacking = columns.filter((name) => !head.includes(name));
        if (lacking.length > 0) throw new SettlementFileError(`without column ${lacking.join(', ')}`);
        return head;
      },
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: longestLine,
    }),
  );
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Partial<Columns>;
      info: { lines: number };
    }>) {
      yield lineOf(record, info.lines);
    }
  } catch (error) {
    if (error instanceof SettlementFileError) throw error;
    throw new SettlementFileError(error instanceof Error ? error.message : String(error));
  }
}

function lineOf(record: Partial<Columns>, line: number): SettlementLine | UnreadableLine {
  const lacking = columns.filter((name) => record[name] === undefined);
  if (lacking.length > 0) return { line, problem: `no ${lacking.join(', ')}` };
  const { psp_reference, merchant_reference, type, amount, currency, booked_at } = record as Columns;
  if (Math.max(psp_reference.length, merchant_reference.length) > longestId)
    return { line, problem: 'a reference is too long' };
  if (!isType(type)) return { line, problem: `the type is ${JSON.stringify(type.slice(0, 40))}` };
  const money = parseDecimal(amount, currency, { allowNegative: true });
  if (!money.ok) return { line, problem: `the amount is ${money.error}` };
  if (money.value === 0n) return { line, problem: 'the amount is zero' };
  const kind = directions[type][money.value > 0n ? 'in' : 'out'];
  if (kind === undefined) return { line, problem: `a ${type} with the sign of the other direction` };
  const bookedAtMs = Date.parse(booked_at);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(booked_at) || Number.isNaN(bookedAtMs))
    return { line, problem: 'booked_at is no moment' };
  const ids = { pspReference: psp_reference, merchantReference: merchant_reference };
  const size = money.value > 0n ? money.value : -money.value;
  return { line, ...ids, type, kind, amount: size, currency, bookedAtMs };
}
