import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BalanceDto } from '@baize/contracts';
import type {
  Dialect,
  Outcome,
  ProviderCall,
  ProviderCommand,
} from '../../../apps/game-sessions/src/domain/dialect';
import { root } from '../frame/benchmark';

interface VectorFile {
  readonly credentials: Record<string, unknown>;
  readonly cases: readonly {
    readonly valid: boolean;
    /** Unix seconds; the clock of signatures that age. */
    readonly now?: number;
    readonly request: Omit<ProviderCall, 'headers' | 'body'> & {
      readonly headers: Record<string, string>;
      readonly bodyBase64: string;
    };
  }[];
}

/** An authentic call that moves money. */
export interface Sample {
  readonly dialect: Dialect;
  readonly verify: (call: ProviderCall, nowMs: number) => boolean;
  readonly call: ProviderCall;
  readonly nowMs: number;
}

const balance: BalanceDto = {
  currency: 'EUR',
  real: 98_750,
  bonus: 1_200,
  locked: 0,
  total: 99_950,
  version: 7,
};

/** The golden vectors of a dialect that are bets, wins or rollbacks, as providers send them. */
export function samplesOf(dialect: Dialect): Sample[] {
  const file = join(root, `apps/game-sessions/src/adapters/${dialect.provider}/fixtures/vectors.json`);
  const { credentials, cases } = JSON.parse(readFileSync(file, 'utf8')) as VectorFile;
  const verify = dialect.verifier(credentials);
  const samples = cases
    .filter(({ valid }) => valid)
    .map(({ request, now }) => ({
      dialect,
      verify,
      call: callOf(request, dialect),
      nowMs: (now ?? 0) * 1_000,
    }))
    .filter((sample) => isMovement(sample));
  if (samples.length === 0) throw new Error(`${dialect.provider} has no vectors that move money`);
  return samples;
}

/** One call as the service serves it, but for the wallet; answers the length of what would be sent. */
export function serve({ dialect, verify, call, nowMs }: Sample): number {
  if (!verify(call, nowMs)) throw new Error(`${dialect.provider}: a golden vector was refused`);
  const decoded = dialect.decode(call);
  if (!decoded.ok) throw new Error(`${dialect.provider}: ${decoded.error.detail}`);
  return dialect.answer(postedOf(decoded.value), decoded.value).body.length;
}

function callOf(request: VectorFile['cases'][number]['request'], { provider }: Dialect): ProviderCall {
  const { method, path, query, headers, bodyBase64 } = request;
  return {
    method,
    // providers with a single URL call the base itself
    path: path === `/${provider}` ? '/' : path,
    query,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    body: Buffer.from(bodyBase64, 'base64'),
  };
}

function isMovement({ dialect, verify, call, nowMs }: Sample): boolean {
  const decoded = dialect.decode(call);
  return verify(call, nowMs) && decoded.ok && decoded.value.actions.length > 0;
}

function postedOf(command: ProviderCommand): Outcome {
  const actions = command.actions.map(({ id, kind }) => ({
    id,
    kind,
    status: 'posted' as const,
    transactionId: '01976f0e-8f6e-7c3a-9a53-0d6f5d1a2b3c',
    postedAt: '2026-01-31T12:00:00.000Z',
    balanceAfter: 99_950,
  }));
  return { kind: 'posted', posted: { actions, balance } };
}
