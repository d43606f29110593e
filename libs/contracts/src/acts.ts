import type { Duty, RestrictedAction } from './fence';
import type { GameAction } from './wallet';

/** What a request begins: something that restrictions can forbid, or the withdrawal of own money, which they never do. */
export type Act = RestrictedAction | 'withdraw';

/**
 * What each command begins for a player, by its subject; null where it begins nothing that restrictions could forbid. A
 * command that is not here does not pass the checks: whoever adds one says what it begins. Tests try each of these
 * against every kind of restriction.
 */
export const commandActs: Readonly<Record<string, Act | null>> = {
  'identity.command.register-player.v1': null,
  'identity.command.create-session.v1': 'login',
  'identity.command.refresh-session.v1': 'login',
  'identity.command.end-session.v1': null,
  'identity.command.check-location.v1': null,
  'identity.command.order-kyc-check.v1': null,
  'identity.command.handle-kyc-callback.v1': null,
  'identity.command.set-risk-band.v1': null,
  'identity.command.decide-screening-case.v1': null,
  'identity.command.change-password.v1': null,
  'identity.command.request-password-reset.v1': null,
  'identity.command.complete-password-reset.v1': null,
  'identity.command.send-email-verification.v1': null,
  'identity.command.complete-email-verification.v1': null,
  'identity.command.enrol-totp.v1': null,
  'identity.command.confirm-totp.v1': null,
  'identity.command.remove-totp.v1': null,
  'identity.command.revoke-player-sessions.v1': null,
  'identity.command.change-consents.v1': null,
  'identity.command.change-profile.v1': null,
  'identity.command.close-account.v1': null,
  'identity.command.request-erasure.v1': null,
  'identity.command.create-staff-session.v1': null,
  'identity.command.end-staff-session.v1': null,
  'identity.command.create-exclusion.v1': null,
  'identity.command.request-lift.v1': null,
  'identity.command.approve-lift.v1': null,
  'identity.command.link-players.v1': null,
  'identity.command.set-limit.v1': null,
  // of its movements only bets, see movementActs
  'wallet.command.post.v1': 'bet',
  'wallet.command.open-player.v1': null,
  'wallet.command.open-wallet.v1': null,
  'wallet.command.apply-limits.v1': null,
  'wallet.command.apply-restriction.v1': null,
  'wallet.command.adjust-balance.v1': null,
  'wallet.command.approve-adjustment.v1': null,
  'wallet.command.request-deposit.v1': 'deposit',
  'wallet.command.request-withdrawal.v1': 'withdraw',
  'wallet.command.cancel-withdrawal.v1': null,
  'wallet.command.review-withdrawal.v1': null,
  'wallet.command.decide-mismatch.v1': null,
  // it tells of money that has moved already
  'wallet.command.handle-payment-callback.v1': null,
  'wallet.command.set-hold.v1': null,
  'wallet.command.transfer-house-funds.v1': null,
  'game-sessions.command.launch-game.v1': 'launch',
  'game-sessions.command.grant-free-rounds.v1': 'bonus',
  'game-sessions.command.cancel-free-rounds.v1': null,
  'game-sessions.command.handle-callback.v1': 'bet',
  'game-sessions.command.replay-quarantined.v1': 'bet',
  'game-sessions.command.discard-quarantined.v1': null,
  'game-sessions.command.end-game-session.v1': null,
  'game-sessions.command.resolve-round.v1': null,
  'game-sessions.command.apply-restriction.v1': null,
  'game-sessions.command.apply-session-limits.v1': null,
  'game-sessions.command.sync-catalogue.v1': null,
  'game-sessions.command.decide-catalogue-run.v1': null,
  'game-sessions.command.import-games.v1': null,
  'game-sessions.command.set-game-visibility.v1': null,
  'game-sessions.command.set-breaker.v1': null,
  'game-sessions.command.record-reconciliation.v1': null,
};

/** What the movements of a provider's call begin: what is won or taken back is always paid. */
export const movementActs: Readonly<Record<GameAction['kind'], Act | null>> = {
  bet: 'bet',
  win: null,
  rollback: null,
};

/** What a service that has a duty refuses by itself, whoever else was told of a restriction. */
export const dutyActs: Readonly<Record<Duty, readonly RestrictedAction[]>> = {
  'moves money': ['bet', 'deposit'],
  'starts play': ['launch'],
  grants: ['bonus'],
  markets: ['marketing'],
  'pays commission': ['affiliate'],
  'lets in': ['login'],
};
