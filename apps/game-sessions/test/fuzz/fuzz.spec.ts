import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readXml } from '../../src/adapters/playngo/xml';
import { dialects } from '../../src/adapters/registry';
import type { Dialect, Outcome, ProviderCall, ProviderCommand } from '../../src/domain/dialect';
import { mutate } from './mutate';
import { Random } from './random';

/** BAIZE_FUZZ_REQUESTS=100000 is the full form; BAIZE_FUZZ_SEED repeats a run. */
const requests = Number(process.env.BAIZE_FUZZ_REQUESTS ?? 1_500);
const seed = Number(process.env.BAIZE_FUZZ_SEED ?? Date.now() % 2 ** 31);

/** Of one request, in CPU time of the process: a busy machine must not look like a slow decoder. */
const maxCpuMs = 500;
const maxHeapBytes = 48 * 2 ** 20;
const maxAnswerBytes = 32_768;
const balance = { currency: 'EUR', real: -5, bonus: 7, locked: 0, total: 2, version: 1 };
/** Growth over a whole run, which would be a leak. */
const maxGrowthBytes = 96 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is held, without what only waits to be collected. */
function heldBytes(): number {
  collect();
  return getHeapStatistics().used_heap_size;
}

interface VectorFile {
  credentials: Record<string, unknown>;
  cases: {
    request: Omit<ProviderCall, 'headers' | 'body'> & { headers: Record<string, string>; bodyBase64: string };
  }[];
}

function vectorsOf(provider: string): VectorFile {
  const file = join(__dirname, '../../src/adapters', provider, 'fixtures/vectors.json');
  return JSON.parse(readFileSync(file, 'utf8')) as VectorFile;
}

function samplesOf({ cases }: VectorFile, provider: string): ProviderCall[] {
  return cases.map(({ request: { method, path, query, headers, bodyBase64 } }) => ({
    method,
    path: path === `/${provider}` ? '/' : path,
    query,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    body: Buffer.from(bodyBase64, 'base64'),
  }));
}

/** A command that the wallet could be asked for: whatever passed the decoder is within its bounds. */
function boundsOf(command: ProviderCommand): string | undefined {
  const ids = [
    command.session,
    command.playerId,
    command.providerGameId,
    command.providerRoundId,
    command.callId,
  ];
  for (const id of ids)
    if (id !== undefined && (id.length === 0 || id.length > 128)) return 'an id without bound';
  if (command.currency !== undefined && !/^[A-Z0-9]{3,10}$/.test(command.currency)) return 'a currency';
  if (command.actions.length > 64) return 'too many actions';
  for (const { id, kind, amount, reference, choice } of command.actions) {
    if (id.length === 0 || id.length > 128) return 'an action id without bound';
    if (reference && (reference.id.length === 0 || reference.id.length > 128))
      return 'a reference without bound';
    if (choice !== undefined && choice.length > 1_000) return 'a choice without bound';
    if (amount === undefined) {
      if (kind !== 'rollback') return 'a movement without amount';
    } else if (typeof amount === 'object') {
      if (!/^\d{1,30}(\.\d{1,30})?$/.test(amount.decimal)) return 'an amount that is no decimal';
    } else if (!Number.isSafeInteger(amount) || amount < 0) return 'an amount that no wallet holds';
  }
  return undefined;
}

/** What is wrong with how the dialect took the call; undefined when nothing is. */
function faultOf(
  dialect: Dialect,
  verify: ReturnType<Dialect['verifier']>,
  call: ProviderCall,
): string | undefined {
  if (typeof verify(call, 1_700_000_000_000) !== 'boolean') return 'verify did not answer';
  const decoded = dialect.decode(call);
  const answers = decoded.ok
    ? outcomesOf(decoded.value).map((outcome) => dialect.answer(outcome, decoded.value))
    : [dialect.answer({ kind: 'malformed', ...decoded.error })];
  for (const { body, contentType } of answers) {
    if (Buffer.byteLength(body) > maxAnswerBytes) return 'an answer without bound';
    if (!isReadable(body, contentType)) return `an answer that nobody can read: ${body}`;
  }
  return decoded.ok ? boundsOf(decoded.value) : undefined;
}

/** What could become of it: whatever the call says of itself, its answer is of the provider's language. */
function outcomesOf({ actions }: ProviderCommand): Outcome[] {
  const done = actions.map(({ kind, id }) => ({
    ...{ kind, id, status: 'posted' as const, transactionId: randomUUID(), balanceAfter: 1 },
    postedAt: '2026-01-31T12:00:00.000Z',
  }));
  const code = 'wallet.movement-tombstoned';
  return [
    { kind: 'fault' },
    { kind: 'posted', posted: { actions: done, balance } },
    { kind: 'refused', code, at: '2026-01-31T12:00:00.000Z', balance },
  ];
}

function isReadable(body: string, contentType: string): boolean {
  try {
    if (contentType.startsWith('application/json')) JSON.parse(body);
    else readXml(Buffer.from(body));
    return true;
  } catch {
    return false;
  }
}

describe(`${requests} mutated requests at every decoder (seed ${seed})`, () => {
  const startedWith = heldBytes();

  it.each(dialects.map((dialect) => [dialect.provider, dialect] as const))(
    '%s neither throws nor passes on what no wallet takes, within bounds of time and memory',
    (provider, dialect) => {
      const vectors = vectorsOf(provider);
      const samples = samplesOf(vectors, provider);
      const verify = dialect.verifier(vectors.credentials);
      const random = new Random(seed);
      let worstMs = 0;
      for (let n = 0; n < requests; n++) {
        const call = mutate(samples, random);
        const heap = getHeapStatistics().used_heap_size;
        const cpu = process.cpuUsage();
        const fault = describeThrown(() => faultOf(dialect, verify, call));
        const used = process.cpuUsage(cpu);
        const ms = (used.user + used.system) / 1_000;
        worstMs = Math.max(worstMs, ms);
        const grown = getHeapStatistics().used_heap_size - heap;
        const problem =
          fault ?? (ms > maxCpuMs ? `${ms} ms` : grown > maxHeapBytes ? `${grown} bytes` : undefined);
        if (problem !== undefined)
          throw new Error(
            `request ${n}: ${problem}: ${JSON.stringify({ ...call, body: call.body.toString('base64') })}`,
          );
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect(worstMs).toBeLessThanOrEqual(maxCpuMs);
    },
    600_000,
  );

  it('leaves no memory behind', () => {
    expect(heldBytes() - startedWith).toBeLessThan(maxGrowthBytes);
  });
});

function describeThrown(act: () => string | undefined): string | undefined {
  try {
    return act();
  } catch (error) {
    return `threw ${String(error)}`;
  }
}
