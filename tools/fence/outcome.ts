import type { Result } from '@baize/contracts';
import type { Answer } from './platform';
import type { Ready } from './ready';

/** `done`, `refused: <code>` for a refusal that a restriction explains, and `broken: <what>` for anything else. */
export type Outcome = string;
/** Begins the act for somebody, as anybody outside or inside would. */
export type Attempt = (ready: Ready) => Promise<Outcome>;

/** What a restriction is refused with. Other refusals are no proof of one. */
const refusals = [
  'identity.action-not-allowed',
  'identity.invalid-refresh-token',
  'auth.invalid-token',
  'wallet.player-restricted',
  'game-sessions.launch-refused',
  'game-sessions.free-rounds-refused',
];

export function refusedWith(code: string): Outcome {
  return refusals.includes(code) ? `refused: ${code}` : `broken: ${code}`;
}

export function ofAnswer({ status, body }: Answer): Outcome {
  const { code } = body;
  return status < 300 ? 'done' : refusedWith(typeof code === 'string' ? code : `HTTP ${status}`);
}

export function ofResult(result: Result<unknown>): Outcome {
  return result.ok ? 'done' : refusedWith(result.error.code);
}
