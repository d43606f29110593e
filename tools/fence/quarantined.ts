import { createHash } from 'node:crypto';
import { gameSessionsCommands, type HandleCallback } from '@baize/contracts';
import type { ProviderCall } from '../../apps/sandbox/src/dialects/dialect';
import { newStake } from './guest';
import type { Outcome } from './outcome';
import { untilDefinite } from './platform';
import type { Ready } from './ready';

/** A signed bet, as the gateway hands it on. */
export function callbackOf({ tables }: Ready, secret?: 'wrong'): HandleCallback {
  const { dialect, seat } = tables.get('softswiss')!;
  const { roundId, bet } = newStake();
  const said: ProviderCall = { type: 'play', roundId, finished: false, actions: [bet] };
  const { path, query, headers, body } = dialect.encode(seat, said, secret && { secret });
  return {
    ...{ brand: 'demo', provider: 'softswiss', method: 'POST', path, query },
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    bodyBase64: Buffer.from(body).toString('base64'),
    receivedAt: new Date().toISOString(),
  };
}

/** A bet that was quarantined because nobody could vouch for it. */
export async function quarantined(ready: Ready): Promise<string> {
  const { platform } = ready.guest;
  const callback = callbackOf(ready, 'wrong');
  await platform.ask(gameSessionsCommands.handleCallback, callback);
  const digest = createHash('sha256').update(Buffer.from(callback.bodyBase64, 'base64')).digest('hex');
  const [row] = await platform.databases['game-sessions'].query<{ id: string }>(
    'SELECT id FROM quarantined_callback WHERE body_sha256 = $1',
    [digest],
  );
  if (!row) throw new Error('the callback was not kept');
  return row.id;
}

export const replayForm = { reason: 'the provider says so', trusted: true, includeBets: true };

export function ofCallback(outcome: unknown, body: unknown): Outcome {
  if (outcome === 'ok') return 'done';
  const isKnown = outcome === 'refused' || outcome === 'fault';
  return `${isKnown ? outcome : 'broken'}: ${String(body)}`;
}

/** A callback that was answered with a fault is said again: a fault is no verdict. */
export function definite(say: () => Promise<Outcome>): Promise<Outcome> {
  return untilDefinite(say, (outcome) => !outcome.startsWith('fault'));
}
