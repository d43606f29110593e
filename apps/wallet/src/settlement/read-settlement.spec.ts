import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettlement, SettlementFileError } from './read-settlement';

const head = 'psp_reference,merchant_reference,type,amount,fee,currency,booked_at';
const file = join(tmpdir(), `settlement-${randomUUID()}.csv`);
afterAll(() => rmSync(file, { force: true }));

async function read(...lines: string[]) {
  writeFileSync(file, lines.join('\r\n'));
  const all = [];
  for await (const line of readSettlement(file)) all.push(line);
  return all;
}
const at = '2026-01-02T10:00:00.000Z';
const problemOf = async (line: string) => (await read(head, line))[0];

it('reads deposits, withdrawals and reversals of both, each in the currency’s own minor units', async () => {
  const lines = await read(
    `\uFEFF${head}`,
    `pi_a,a,deposit,10.00,0.14,EUR,${at}`,
    `po_c,"c, ""d""",withdrawal,-5,0.07,JPY,${at}`,
    `pi_a,a,reversal,-10.00,0.14,EUR,${at}`,
    `po_c,c,reversal,5.001,0.07,KWD,${at}`,
    '',
  );
  const common = { bookedAtMs: Date.parse(at) };
  const a = { ...common, pspReference: 'pi_a', merchantReference: 'a', amount: 1_000n, currency: 'EUR' };
  expect(lines).toEqual([
    { ...a, line: 2, type: 'deposit', kind: 'deposit' },
    {
      ...{ ...common, line: 3, pspReference: 'po_c', merchantReference: 'c, "d"' },
      ...{ type: 'withdrawal', kind: 'withdrawal', amount: 5n, currency: 'JPY' },
    },
    { ...a, line: 4, type: 'reversal', kind: 'deposit' },
    {
      ...{ ...common, line: 5, pspReference: 'po_c', merchantReference: 'c' },
      ...{ type: 'reversal', kind: 'withdrawal', amount: 5_001n, currency: 'KWD' },
    },
  ]);
});

it('finds columns by name, in any order', async () => {
  const lines = await read(
    'booked_at,currency,amount,type,merchant_reference,psp_reference,more',
    `${at},EUR,0.01,deposit,a,pi_a,x`,
  );
  expect(lines).toMatchObject([{ pspReference: 'pi_a', amount: 1n, type: 'deposit' }]);
});

it.each([
  ['pi_a,a,deposit,ten,0,EUR', 'the amount is not-a-number'],
  ['pi_a,a,deposit,0.001,0,EUR', 'the amount is excess-precision'],
  ['pi_a,a,deposit,1e30,0,EUR', 'the amount is out-of-range'],
  ['pi_a,a,deposit,1,0,XXZ', 'the amount is unknown-currency'],
  ['pi_a,a,deposit,0.00,0,EUR', 'the amount is zero'],
  ['pi_a,a,deposit,-1,0,EUR', 'a deposit with the sign of the other direction'],
  ['pi_a,a,withdrawal,1,0,EUR', 'a withdrawal with the sign of the other direction'],
  ['pi_a,a,constructor,1,0,EUR', 'the type is "constructor"'],
  [`${'x'.repeat(300)},a,deposit,1,0,EUR`, 'a reference is too long'],
])('says what is wrong with %s', async (fields, problem) => {
  expect(await problemOf(`${fields},${at}`)).toEqual({ line: 2, problem });
});

it('says that a line is too short, or that its time is none', async () => {
  expect(await problemOf('pi_a,a,deposit,1.00')).toEqual({ line: 2, problem: 'no currency, booked_at' });
  expect(await problemOf('pi_a,a,deposit,1.00,0,EUR,2026-01-02')).toEqual({
    ...{ line: 2, problem: 'booked_at is no moment' },
  });
});

it('refuses what is no settlement file', async () => {
  await expect(read('a,b', '1,2')).rejects.toThrow(SettlementFileError);
  await expect(read('a,b', '1,2')).rejects.toThrow('without column psp_reference');
  await expect(read(head, `"pi_a,a,deposit,1.00,0,EUR,${at}`)).rejects.toThrow(SettlementFileError);
  await expect(read(head, 'x'.repeat(100_000))).rejects.toThrow(SettlementFileError);
  await expect(read('')).resolves.toEqual([]);
});
