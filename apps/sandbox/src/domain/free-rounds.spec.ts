import { providerNames, type ProviderCall } from '../dialects/dialect';
import { dialects } from '../dialects/registry';
import hub88Vectors from '../dialects/fixtures/hub88.json';
import { seat } from '../../test/sample-calls';
import { movementsOf } from '../play/delivery';
import { freeRoundCalls, freeRoundsName } from './free-rounds';

const plan = { stake: 20n, wins: [0n, 150n, 75n] };
const id = '01976f0e-0000-7000-8000-00000000000a';
const calls = (name: (typeof providerNames)[number]) => {
  const dialect = dialects[name](hub88Vectors.credentials);
  const said = freeRoundCalls(dialect, freeRoundsName(name, id), plan);
  return { dialect, said, wires: said.map((call: ProviderCall) => dialect.encode(seat, call)) };
};

describe.each(providerNames)('free rounds of %s', (name) => {
  it('pay what they won, once, and cost nothing', () => {
    const { dialect, said } = calls(name);
    const movements = said.flatMap((call) => movementsOf(dialect, call));
    expect(movements.reduce((sum, { amount }) => sum + amount, 0n)).toBe(225n);
    expect(movements.filter(({ kind, amount }) => kind === 'bet' && amount !== 0n)).toEqual([]);
    expect(new Set(movements.map((movement) => `${movement.kind} ${movement.id}`)).size).toBe(
      movements.length,
    );
  });

  it('are named in every call that moves something, as the provider names them', () => {
    const { wires, said } = calls(name);
    const moving = wires.filter((_wire, at) => said[at]?.type === 'promo' || said[at]?.actions.length);
    const fields = /issue_id|reward_uuid|freespin_id|bonusCode|voucherId|freegameExternalId|frID/;
    for (const { body } of moving) {
      expect(body).toMatch(fields);
      expect(body).toContain(freeRoundsName(name, id));
    }
  });
});

it('have a name of the provider where it gives one, always the same', () => {
  expect(freeRoundsName('softswiss', id)).toBe(id);
  expect(freeRoundsName('hub88', id)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(freeRoundsName('hub88', id)).toBe(freeRoundsName('hub88', id));
  expect(freeRoundsName('hub88', id)).not.toBe(freeRoundsName('evolution', id));
});

it('end with a word that they are over where the language has one', () => {
  const last = (name: (typeof providerNames)[number]) => calls(name).wires.at(-1)?.body;
  expect(last('softswiss')).toContain('"status":"played"');
  expect(last('evolution')).toContain('"remainingRounds":0');
  expect(last('playngo')).toContain('<freegameFinished>1</freegameFinished>');
});
