import { randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  identityCommands,
  identityQueries,
  paymentCommands,
  playerActions,
  providerCommands,
  walletCommands,
  type IdempotencyKey,
  type PostMovements,
} from '@baize/contracts';
import { postBatch } from '../../apps/wallet/src/store/post-batch';
import { reserveGrant } from '../../apps/wallet/test/support/ledger';
import type { Guest } from './guest';
import { ofResult, refusedWith, type Attempt } from './outcome';
import { callbackOf, definite, ofCallback, quarantined, replayForm } from './quarantined';

const brand = 'demo';
const actor = { kind: 'client', id: 'operator' } as const;

function newKey(): IdempotencyKey {
  return { key: randomUUID(), caller: 'client:operator', bodySha256: 'a'.repeat(64) };
}

function postingOf({ id: playerId }: Guest): PostMovements {
  return {
    ...{ brand, provider: 'acme', playerId, currency: 'EUR', gameId: 'g1', providerRoundId: randomUUID() },
    ...{ actions: [{ kind: 'bet', id: randomUUID(), amount: 1 }], closeRound: false, idScope: 'player' },
    rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'allow' },
    receivedAt: new Date().toISOString(),
  };
}

/** Commands as the services that may call them ask. */
export const subjectAttempts: Readonly<Record<string, Attempt>> = {
  [identityCommands.createSession.subject]: async ({ guest }) =>
    ofResult(await guest.platform.ask(identityCommands.createSession, { brand, form: guest.credentials })),
  [identityCommands.refreshSession.subject]: async ({ guest, toRefresh }) => {
    const contract = identityCommands.refreshSession;
    const refreshToken = toRefresh.get(contract.subject)?.refreshToken ?? '';
    return ofResult(await guest.platform.ask(contract, { brand, refreshToken }));
  },
  [walletCommands.post.subject]: async ({ guest }) =>
    ofResult(await guest.platform.ask(walletCommands.post, postingOf(guest))),
  [paymentCommands.requestDeposit.subject]: async ({ guest }) =>
    ofResult(
      await guest.platform.ask(paymentCommands.requestDeposit, {
        ...{ playerId: guest.id, brand, actor, idempotency: newKey(), psp: 'stripe', method: 'card' },
        amount: guest.money(2_500),
      }),
    ),
  [paymentCommands.requestWithdrawal.subject]: async ({ guest }) =>
    ofResult(
      await guest.platform.ask(paymentCommands.requestWithdrawal, {
        ...guest.withdrawalForm(),
        ...{ playerId: guest.id, brand, actor, idempotency: newKey() },
      }),
    ),
  [gameSessionsCommands.launchGame.subject]: async ({ guest }) =>
    ofResult(
      await guest.platform.ask(gameSessionsCommands.launchGame, {
        ...{ brand, gameId: guest.game('softswiss').id, form: guest.launchForm() },
      }),
    ),
  [gameSessionsCommands.grantFreeRounds.subject]: async ({ guest }) =>
    ofResult(
      await guest.platform.ask(gameSessionsCommands.grantFreeRounds, {
        ...{ brand, playerId: guest.id, form: guest.freeRoundsForm(), actor, idempotency: newKey() },
      }),
    ),
  [gameSessionsCommands.handleCallback.subject]: async (ready) => {
    const callback = callbackOf(ready);
    return definite(async () => {
      const answer = await ready.guest.platform.ask(gameSessionsCommands.handleCallback, callback);
      return answer.ok ? ofCallback(answer.value.outcome, answer.value.body) : ofResult(answer);
    });
  },
  [providerCommands.replayQuarantined.subject]: async (ready) => {
    const id = await quarantined(ready);
    return definite(async () => {
      const answer = await ready.guest.platform.ask(providerCommands.replayQuarantined, {
        ...{ id, brand, form: replayForm, actor, idempotency: newKey() },
      });
      return answer.ok ? ofCallback(answer.value.answer.outcome, answer.value.answer.body) : ofResult(answer);
    });
  },
};

/** What the authority says to it. */
export const eligibilityAttempts = playerActions.map((action): [string, Attempt] => [
  `eligibility to ${action}`,
  async ({ guest }) => {
    const question = { playerId: guest.id, brand, action };
    const answer = await guest.platform.ask(identityQueries.checkEligibility, question);
    if (!answer.ok) return ofResult(answer);
    return answer.value.allowed ? 'done' : `refused: ${answer.value.reasons.join()}`;
  },
]);

/** No service asks the wallet for a grant yet: it is posted as the wallet's own function takes it. */
export const grant: Attempt = async ({ guest }) => {
  const { wallet } = guest.platform.databases;
  const grantId = await reserveGrant(wallet, { playerId: guest.id, amount: 500n });
  const key = { brand, provider: 'bonus', scope: '', kind: 'bonus-grant' as const, id: grantId };
  const instruction = {
    ...{ id: randomUUID(), kind: 'bonus-grant' as const, key, hash: 'a'.repeat(64), references: [], grantId },
    ...{ rules: 0, actor: 'system:fence', receivedAt: new Date().toISOString(), event: {} },
  };
  const [verdict] = await postBatch(wallet, [
    { brand, playerId: guest.id, currency: 'EUR', instructions: [instruction] },
  ]);
  if (!verdict) return 'broken: no verdict';
  return 'refused' in verdict ? refusedWith(verdict.refused) : 'done';
};
