import { ok, refuse, type PostMovements } from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import { swipegames } from '../../adapters/swipegames/swipegames';
import type { Catalogue } from '../../catalogue';
import type { GameSession } from '../../domain/game-session';
import type { Sessions } from '../../sessions';
import { ServeCommand } from './serve-command';

const balance = { currency: 'JPY', real: 5, bonus: 0, locked: 0, total: 5, version: 1 };

const nobodyPlaysForFree = () => Promise.reject(new Error('nobody plays for free here'));

/** Serves one call of swipegames, whose sessions say which game is played. */
async function serve(path: string, amount: string, game?: { id: string; enabled: boolean }) {
  const posts: PostMovements[] = [];
  const session: Partial<GameSession> = {
    id: 's',
    playerId: 'p',
    gameId: 'g',
    mode: 'real',
    currency: 'JPY',
  };
  const serveCommand = new ServeCommand(
    { find: () => game } as unknown as Catalogue,
    { find: () => Promise.resolve({ ...session, expiresAtMs: Date.now() + 60_000 }) } as unknown as Sessions,
    {
      call: ({ subject }: { subject: string }, payload: PostMovements) => {
        if (subject.includes('get-balance')) return Promise.resolve(ok(balance));
        if (payload.noNewBets) return Promise.resolve(refuse('wallet.bet-not-found', 'It was never taken.'));
        posts.push(payload);
        return Promise.resolve(ok({ actions: [], balance }));
      },
    } as unknown as RequestClient,
    { record: nobodyPlaysForFree, unpaidOf: nobodyPlaysForFree },
  );
  const body = Buffer.from(JSON.stringify({ sessionID: 't', txID: 'x', roundID: 'r', amount }));
  const decoded = swipegames.decode({ method: 'POST', path, query: '', headers: [], body });
  if (!decoded.ok) throw new Error(decoded.error.detail);
  const origin = {
    brand: 'demo',
    receivedAt: '2026-01-31T12:00:00.000Z',
    bodySha256: '0'.repeat(64),
    deadlineMs: Date.now() + 5_000,
  };
  return { outcome: await serveCommand.execute(swipegames, decoded.value, origin), posts };
}

describe('calls that leave the game to the session', () => {
  it('bet and win in the game that was launched, in the currency of the session', async () => {
    const game = { id: 'g', enabled: true };
    for (const path of ['/bet', '/win']) {
      const { outcome, posts } = await serve(path, '7', game);
      expect(outcome.kind).toBe('posted');
      expect(posts).toMatchObject([
        { gameId: 'g', playerId: 'p', currency: 'JPY', actions: [{ amount: 7 }] },
      ]);
    }
  });

  it('bet no more in a game that was taken down, and are still paid', async () => {
    const game = { id: 'g', enabled: false };
    const bet = await serve('/bet', '7', game);
    expect(bet).toMatchObject({
      outcome: { kind: 'refused', code: 'game-sessions.game-not-available' },
      posts: [],
    });
    expect(await serve('/win', '7', game)).toMatchObject({
      outcome: { kind: 'posted' },
      posts: [{ gameId: 'g' }],
    });
  });

  it('know the game before the catalogue does', async () => {
    expect(await serve('/bet', '7')).toMatchObject({ outcome: { kind: 'posted' }, posts: [{ gameId: 'g' }] });
  });

  it('are malformed when the amount is none of the currency', async () => {
    const game = { id: 'g', enabled: true };
    expect(await serve('/bet', '7.5', game)).toMatchObject({ outcome: { kind: 'malformed' }, posts: [] });
  });
});
