import { operator } from './guest';
import { ofAnswer, type Attempt } from './outcome';
import type { Answer, Way } from './platform';
import { definite, ofCallback, quarantined, replayForm } from './quarantined';
import type { Ready } from './ready';

const self = ({ tokens }: Ready): Way => ({ token: tokens.accessToken });

/** What operations of the edge take, by operationId. */
const operations: Readonly<Record<string, (ready: Ready, way: Way, name: string) => Promise<Answer>>> = {
  createSession: ({ guest }, way) => guest.platform.call(way, 'POST', '/v1/sessions', guest.credentials),
  refreshSession: ({ guest, toRefresh }, way, name) => {
    const refreshToken = toRefresh.get(name)?.refreshToken;
    return guest.platform.call(way, 'POST', '/v1/sessions/refresh', { refreshToken });
  },
  requestDeposit: ({ guest }, way) =>
    guest.platform.call(way, 'POST', `/v1/players/${guest.id}/deposits`, guest.depositForm('stripe')),
  requestWithdrawal: ({ guest }, way) =>
    guest.platform.call(way, 'POST', `/v1/players/${guest.id}/withdrawals`, guest.withdrawalForm()),
  grantFreeRounds: ({ guest }, way) =>
    guest.platform.call(way, 'POST', `/v1/players/${guest.id}/free-rounds`, guest.freeRoundsForm()),
  launchGame: ({ guest }, way) => {
    const path = `/v1/games/${guest.game('softswiss').id}/launches`;
    return guest.platform.call(way, 'POST', path, guest.launchForm());
  },
};

function operation(operationId: string, by: 'client' | 'player' | 'browser'): [string, Attempt] {
  const name = `${operationId} by ${by}`;
  const act = operations[operationId]!;
  return [
    name,
    async (ready) => {
      const way = by === 'client' ? operator : by === 'player' ? self(ready) : 'browser';
      return ofAnswer(await act(ready, way, name));
    },
  ];
}

const replayByClient: Attempt = async (ready) => {
  const path = `/v1/quarantined-callbacks/${await quarantined(ready)}/replays`;
  return definite(async () => {
    const { status, body } = await ready.guest.platform.call(operator, 'POST', path, replayForm);
    const answer = body.answer as { outcome?: string; body?: string } | undefined;
    return status < 300 ? ofCallback(answer?.outcome, answer?.body) : ofAnswer({ status, body });
  });
};

/** Every act at the edge, by everybody who may begin it there. */
export const edgeAttempts: readonly [string, Attempt][] = [
  operation('createSession', 'client'),
  operation('createSession', 'browser'),
  operation('refreshSession', 'client'),
  operation('refreshSession', 'player'),
  operation('refreshSession', 'browser'),
  operation('requestDeposit', 'client'),
  operation('requestDeposit', 'player'),
  operation('requestWithdrawal', 'client'),
  operation('requestWithdrawal', 'player'),
  operation('grantFreeRounds', 'client'),
  operation('launchGame', 'client'),
  operation('launchGame', 'player'),
  ['replayQuarantined by client', replayByClient],
];
