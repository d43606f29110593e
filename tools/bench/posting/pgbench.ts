import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMovements } from '../../../apps/wallet/src/domain/compile';
import { encodeBatch, postBatchSql } from '../../../apps/wallet/src/store/batch-columns';
import { callOf, type Slice } from './workload';

const scriptCount = 60;

export function hasPgbench(): boolean {
  return spawnSync('pgbench', ['--version']).status === 0;
}

/**
 * Writes scripts that call the posting function as the wallet does: a batch of bets, then the batch of their wins.
 * pgbench fills its counter into the ids, so that every call posts anew and ids grow as time-ordered ones do.
 */
export function writeScripts(folder: string, ids: readonly string[], batchSize: number): string[] {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: scriptCount }, (_, index) => {
    const chosen = new Set<string>();
    while (chosen.size < batchSize) chosen.add(ids[Math.floor(Math.random() * ids.length)]!);
    const file = join(folder, `batch-${index}.sql`);
    const statements = (['bet', 'win'] as const).map((kind) => callText(kind, [...chosen]));
    writeFileSync(file, `\\set n :n + 1\n\\set c 100000000000 + :client_id\n${statements.join('\n')}\n`);
    return file;
  });
}

function callText(kind: 'bet' | 'win', playerIds: readonly string[]): string {
  const units = playerIds.map((player, index) => {
    let made = 0;
    // Decimal digits are hexadecimal ones: the counter makes the head of the id, the client its tail.
    const newId = () =>
      `:n-${String(index).padStart(4, '0')}-7${kind === 'bet' ? '1' : '2'}0${(made += 1)}-8000-:c`;
    const command = callOf(kind, player, `r:n-${index}-:c`);
    command.actions[0]!.id = `m:n-${index}-:c`;
    return compileMovements(command, { newId });
  });
  const values = encodeBatch(units);
  return `${postBatchSql.replace(/\$(\d+)/g, (_, position: string) => `'${values[Number(position) - 1]!}'`)};`;
}

let runs = 0;

export async function runPgbench(
  url: string,
  options: { scripts: string[]; clients: number; batchSize: number; seconds: number },
): Promise<Slice> {
  const { scripts, clients, batchSize, seconds } = options;
  runs += 1;
  const target = new URL(url);
  const child = spawn(
    'pgbench',
    [
      ...[
        '-n',
        '-M',
        'simple',
        '-c',
        String(clients),
        '-j',
        String(clients),
        '-T',
        String(Math.max(1, Math.round(seconds))),
      ],
      ...['-D', `n=${String(runs * 1_000_000 + 10_000_000)}`, ...scripts.flatMap((file) => ['-f', file])],
      ...['-h', target.hostname, '-p', target.port, '-U', target.username, target.pathname.slice(1)],
    ],
    { env: { ...process.env, PGPASSWORD: decodeURIComponent(target.password) } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  const scriptsPerSecond = /tps = ([\d.]+) \(without/.exec(output)?.[1];
  if (code !== 0 || scriptsPerSecond === undefined)
    throw new Error(`pgbench failed:\n${output.slice(-2_000)}`);
  return { postings: Number(scriptsPerSecond) * 2 * batchSize * seconds, seconds };
}
