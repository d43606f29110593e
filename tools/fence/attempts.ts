import { gameSessionsCommands, identityCommands, paymentCommands, walletCommands } from '@baize/contracts';
import { edgeAttempts } from './attempts-at-the-edge';
import { outsideAttempts } from './attempts-from-outside';
import { eligibilityAttempts, grant, subjectAttempts } from './attempts-inside';
import type { Attempt } from './outcome';

/** An attempt for every cell, by the cell's name. */
export const attempts: ReadonlyMap<string, Attempt> = new Map([
  ...edgeAttempts,
  ...outsideAttempts,
  ...Object.entries(subjectAttempts),
  ...eligibilityAttempts,
]);

/** What only the touchpoint itself can refuse, as nobody else was told. */
export const touchpointAttempts: ReadonlyMap<string, Attempt | undefined> = new Map([
  ['identity alone: login', subjectAttempts[identityCommands.createSession.subject]],
  ['wallet alone: bet', subjectAttempts[walletCommands.post.subject]],
  ['wallet alone: deposit', subjectAttempts[paymentCommands.requestDeposit.subject]],
  ['wallet alone: bonus', grant],
  ['game-sessions alone: launch', subjectAttempts[gameSessionsCommands.launchGame.subject]],
  ['game-sessions alone: bonus', subjectAttempts[gameSessionsCommands.grantFreeRounds.subject]],
  ['gateway alone: launch', attempts.get('launchGame by client')],
  ['gateway alone: deposit', attempts.get('requestDeposit by client')],
  ['gateway alone: bonus', attempts.get('grantFreeRounds by client')],
]);
