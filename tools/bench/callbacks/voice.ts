import { createHmac } from 'node:crypto';
import type { Seat } from '../../../apps/sandbox/src/dialects/dialect';
import { dialects } from '../../../apps/sandbox/src/dialects/registry';
import type { HttpAnswer } from './http-connection';
import type { LoadTarget } from './movements';

/** One bet, or the win that settles it and closes the round. */
export interface Call {
  readonly player: number;
  readonly round: string;
  readonly kind: 'bet' | 'win';
  readonly id: string;
  readonly betId: string;
  /** Minor units. */
  readonly amount: number;
}

export interface Said {
  readonly path: string;
  readonly headers: string;
  readonly body: string;
}

/** How a target's provider says things, and reads what is answered. */
export interface Voice {
  say(call: Call): Said;
  /** Undefined when the answer acknowledges nothing. */
  read(call: Call, answer: HttpAnswer): { readonly transactionId?: string } | undefined;
}

export function voiceOf(target: LoadTarget): Voice {
  return target.provider === 'softswiss' ? softswissVoice(target) : sandboxVoice(target);
}

/** Written out, because the generator shares the machine with both sides of every run. */
function softswissVoice({ credentials, currency, game, playerIds }: LoadTarget): Voice {
  const secret = credentials.secret ?? '';
  return {
    say({ player, round, kind, id, amount }) {
      const body = JSON.stringify({
        user_id: playerIds[player],
        currency,
        game,
        game_id: round,
        finished: kind === 'win',
        actions: [{ action: kind, amount, action_id: id }],
      });
      const sign = createHmac('sha256', secret).update(body).digest('hex');
      const headers = `Content-Type: application/json\r\nX-REQUEST-SIGN: ${sign}\r\n`;
      return { path: '/play', headers, body };
    },
    read({ id }, { status, body }) {
      if (status !== 200) return undefined;
      const { transactions } = JSON.parse(body) as { transactions: { action_id: string; tx_id: string }[] };
      const [transaction] = transactions;
      // An empty tx_id says that nothing was posted.
      const posted = transaction?.action_id === id && transaction.tx_id !== '';
      return posted ? { transactionId: transaction.tx_id } : undefined;
    },
  };
}

function sandboxVoice({ provider, credentials, currency, game, playerIds, sessions }: LoadTarget): Voice {
  const dialect = dialects[provider](credentials);
  const seatOf = (player: number): Seat => ({
    playerId: playerIds[player] ?? '',
    currency,
    providerGameId: game,
    session: sessions?.[player] ?? '',
  });
  const callOf = ({ round, kind, id, betId, amount }: Call) => ({
    type: 'play' as const,
    roundId: round,
    finished: kind === 'win',
    actions: [{ kind, id, amount: BigInt(amount), betId }],
  });
  return {
    say(call) {
      const { path, query, headers, body } = dialect.encode(seatOf(call.player), callOf(call));
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      return { path: query === '' ? path : `${path}?${query}`, headers: lines.join(''), body };
    },
    read(call, { status, body }) {
      const verdict = dialect.decode(seatOf(call.player), callOf(call), status, body);
      const [outcome] = verdict.kind === 'accepted' ? verdict.outcomes : [];
      if (outcome?.moved !== true) return undefined;
      return outcome.transactionId === undefined ? {} : { transactionId: outcome.transactionId };
    },
  };
}
