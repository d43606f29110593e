import type { PostMovements } from '@baize/contracts';
import type { Database } from '@baize/persistence';
import { PostingEngine } from '../src/store/posting-engine';
import { PostMovementsUseCase } from '../src/use-cases/post-movements/post-movements';
import { bet } from './support/calls';
import { useLedger } from './support/use-ledger';

/** What somebody else than the provider asks for must know whether the provider has ended the round itself. */
describe('closing under a name', () => {
  let player: string;
  let url: string;
  let db: Database;
  useLedger((ledger) => {
    ({ player, url, db } = ledger);
  });
  let engine: PostingEngine;
  beforeEach(() => {
    engine = new PostingEngine({ databaseUrl: url });
  });
  afterEach(() => engine.stop());

  /** What became of a call of this player: its refusal, or whether the round is closed. */
  async function post(fields: Partial<PostMovements>): Promise<string | boolean | undefined> {
    const result = await new PostMovementsUseCase(engine, db).execute(
      {
        ...{ brand: 'demo', provider: 'acme', playerId: player, currency: 'EUR', gameId: 'g1' },
        ...{ providerRoundId: 'r1', closeRound: true, idScope: 'player', actions: [] },
        rules: { unknownOriginal: 'refuse', settledOriginal: 'allow', winWithoutBet: 'refuse' },
        receivedAt: new Date().toISOString(),
        ...fields,
      },
      Date.now() + 10_000,
    );
    return result.ok ? result.value.roundClosed : result.error.code;
  }

  test('is done once, said again at will, and refused where another name or nobody closed it', async () => {
    await post({ actions: [bet('b1', 100)], closeRound: false });
    expect(await post({ closeId: 'a' })).toBe(true);
    expect(await post({ closeId: 'a' })).toBe(true);
    expect(await post({ closeId: 'b' })).toBe('wallet.round-closed');
    expect(await post({})).toBe(true);
    await post({ actions: [bet('b2', 100)], providerRoundId: 'r2' });
    expect(await post({ closeId: 'c', providerRoundId: 'r2' })).toBe('wallet.round-closed');
    expect(await post({ closeId: 'c', providerRoundId: 'r3' })).toBe('wallet.bet-not-found');
    // a name is of one round
    await post({ actions: [bet('b4', 100)], closeRound: false, providerRoundId: 'r4' });
    expect(await post({ closeId: 'a', providerRoundId: 'r4' })).toBe('wallet.movement-conflict');
  });

  test('stands alone: what it is beside could not be refused with it', async () => {
    expect(await post({ actions: [bet('b1', 100)], closeId: 'a' })).toBe('request.invalid');
    expect(await post({ closeRound: false, closeId: 'a', actions: [bet('b1', 100)] })).toBe(
      'request.invalid',
    );
  });
});
