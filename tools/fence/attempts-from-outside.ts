import { randomUUID } from 'node:crypto';
import { movementActs } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { providerNames, type CallAction, type ProviderCall } from '../../apps/sandbox/src/dialects/dialect';
import { pspNames } from '../../apps/sandbox/src/psps/payment';
import { newStake, operator } from './guest';
import type { Attempt, Outcome } from './outcome';
import type { Ready } from './ready';

/** A movement as the provider says it: a bet that is new, or the end of one that was placed before. */
function movement(provider: (typeof providerNames)[number], kind: string): [string, Attempt] {
  return [
    `${kind} of ${provider}`,
    async ({ guest, tables }) => {
      const { dialect, seat, toWin, toTakeBack } = tables.get(provider)!;
      const { bet: lost } = toTakeBack;
      const back: CallAction = {
        ...lost,
        kind: 'rollback',
        id: dialect.rollbackHasOwnId ? randomUUID() : lost.id,
      };
      const won: CallAction = { ...toWin.bet, kind: 'win', id: randomUUID(), amount: 150n };
      const fresh = newStake();
      const calls: Record<string, ProviderCall> = {
        bet: { type: 'play', roundId: fresh.roundId, finished: false, actions: [fresh.bet] },
        win: { type: 'play', roundId: toWin.roundId, finished: true, actions: [won] },
        rollback: { type: 'rollback', roundId: toTakeBack.roundId, actions: [back] },
      };
      const verdict = await guest.say(dialect, seat, calls[kind]!);
      if (verdict.kind === 'accepted') {
        const moved = verdict.outcomes.every((outcome) => outcome.moved !== false);
        return moved ? 'done' : 'broken: nothing moved';
      }
      const explained = verdict.kind === 'refused' && ['session', 'other'].includes(verdict.reason);
      return `${explained ? 'refused' : 'broken'}: ${verdict.text}`;
    },
  ];
}

const isIn = async ({ guest }: Ready, id: string, status: string) => {
  const payment = await guest.platform.done(operator, 'GET', `/v1/payments/${id}`);
  if (payment.status === 'review')
    await guest.platform.call(operator, 'POST', `/v1/withdrawals/${id}/reviews`, {
      ...{ decision: 'approve', reason: 'own money' },
    });
  return payment.status === status;
};
const confirmed = async (ready: Ready, id: string): Promise<Outcome> => {
  await waitFor(() => isIn(ready, id, 'confirmed'), { intervalMs: 200, what: 'it' });
  return 'done';
};

/** What providers and PSPs say by themselves. */
export const outsideAttempts: readonly [string, Attempt][] = [
  ...providerNames.flatMap((provider) => Object.keys(movementActs).map((kind) => movement(provider, kind))),
  ...pspNames.map((psp): [string, Attempt] => [
    `deposit paid at ${psp}`,
    async (ready) => {
      const { id, page } = ready.deposits.get(psp)!;
      await ready.guest.platform.sandbox(page, { action: 'approve' });
      return confirmed(ready, id);
    },
  ]),
  ['withdrawal paid out', (ready) => confirmed(ready, ready.withdrawalId)],
];
