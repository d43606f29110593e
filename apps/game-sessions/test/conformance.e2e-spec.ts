import { waitFor } from '@baize/testing';
import { roundQueries } from '@baize/contracts';
import { dialects } from '../src/adapters/registry';
import { money, moves } from './conformance/edge-case';
import { freeRoundCases } from './conformance/free-round-cases';
import { moneyCases } from './conformance/money-cases';
import { outsideCases } from './conformance/outside-cases';
import { owedBy } from './conformance/checklist';
import { providerCases } from './conformance/provider-cases';
import { rollbackCases } from './conformance/rollback-cases';
import { closeHouse, openHouse } from './conformance/house';
import { speakers } from './conformance/speakers';
import { Table } from './conformance/table';
import { brand, providerApis, secrets } from './harness';

const edgeCases = [...moneyCases, ...rollbackCases, ...outsideCases, ...freeRoundCases, ...providerCases];
/** Every row of the edge-case table, in every registered dialect, against the wallet as it runs. */
describe('conformance', () => {
  let house: Awaited<ReturnType<typeof openHouse>>;

  beforeAll(async () => {
    house = await openHouse();
  }, 90_000);
  afterAll(() => closeHouse(house), 60_000);

  it('knows how every registered dialect is spoken', () => {
    expect(speakers.map(({ provider }) => provider)).toEqual(dialects.map(({ provider }) => provider));
  });

  it('plays free rounds in every dialect that grants them', () => {
    const apis = providerApis('http://127.0.0.1:1');
    const granting = dialects.filter(
      ({ provider, api }) =>
        api({ ...secrets[provider as keyof typeof secrets], ...apis[provider] }).freeRounds,
    );
    const playing = speakers.filter(({ freeRounds }) => freeRounds !== null);
    expect(playing.map(({ provider }) => provider)).toEqual(granting.map(({ provider }) => provider));
  });

  describe.each(speakers.map((speaker) => [speaker.provider, speaker] as const))(
    '%s',
    (_provider, speaker) => {
      const dialect = dialects.find(({ provider }) => provider === speaker.provider)!;
      const cases = edgeCases.filter(({ applies }) => applies?.(speaker.can, dialect, speaker) ?? true);

      it('is asked about every item of the checklist that it owes an answer to', () => {
        const proved = new Set(cases.flatMap(({ proves = [] }) => proves));
        expect(owedBy(speaker.can, dialect).filter((item) => !proved.has(item))).toEqual([]);
      });

      it.each(cases.map((edgeCase) => [edgeCase.name, edgeCase] as const))(
        '%s',
        async (_name, { play }) => {
          await play(await Table.open(house, speaker, money));
        },
        60_000,
      );

      it('projects the round of a bet, its win and a late win', async () => {
        const table = await Table.open(house, speaker, money);
        const bet = moves();
        const win = { ...bet, ...moves(250), round: bet.round, betId: bet.id };
        await table.hear('accepted', speaker.bet(table.seat, bet));
        await table.hear('accepted', speaker.win(table.seat, win));
        const rounds = async () => {
          const asked = { playerId: table.seat.playerId, brand };
          const page = await house.service.client.call(roundQueries.listPlayerRounds, asked);
          return page.ok ? page.value.items : [];
        };
        await waitFor(async () => (await rounds())[0]?.actions.length === 2);
        expect(await rounds()).toMatchObject([
          {
            provider: speaker.provider,
            providerRoundId: bet.round,
            sessionId: table.sessionId,
            staked: 100,
            won: 250,
            actions: [
              { kind: 'bet', providerTxId: bet.id, amount: -100, funds: { real: -100, bonus: 0, locked: 0 } },
              { kind: 'win', providerTxId: win.id, amount: 250, balanceAfter: money + 150 },
            ],
          },
        ]);
      });
    },
  );
});
