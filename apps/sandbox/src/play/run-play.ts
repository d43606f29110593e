import { dialects } from '../dialects/registry';
import type { ProviderName } from '../dialects/dialect';
import { Random } from '../domain/random';
import { HttpClient } from '../platform/http-client';
import { newRunTag } from '../platform/new-person';
import { OperatorClient } from '../platform/operator-client';
import { Breakers } from './breakers';
import { defaultPatience, type Patience } from './delivery';
import { inParallel } from './in-parallel';
import type { PlayOptions } from './play-options';
import { Player, type Casino, type Table } from './player';
import { Progress } from './progress';
import { ProviderLine } from './provider-line';
import { reportText, type PlayerDifferences } from './report';
import { chooseProviders, readStackFile, type StackFile } from './stack-file';
import { Tally } from './tally';

/** Management calls at the same time: registrations hash passwords and cost the platform far more than a bet. */
const managementConcurrency = 8;

/**
 * Plays against the platform and compares the two accounts of every player.
 * @returns 0 when they agree, 1 when they do not
 */
export async function runPlay(options: PlayOptions, patience: Patience = defaultPatience): Promise<0 | 1> {
  const stack = await readStackFile(options.stack);
  const http = new HttpClient(stack.gatewayUrl, options.concurrency * 2);
  try {
    process.stdout.write(`seed ${options.seed}\n`);
    const runTag = newRunTag();
    const casino = await openCasino(stack, options, patience, http, runTag);
    const players = await registerPlayers(casino, options, runTag);
    const startedAt = Date.now();
    await playAll(players, options);
    const seconds = (Date.now() - startedAt) / 1000;
    const results = await compareAll(players);
    process.stdout.write(`${reportText(casino.tally, results, seconds)}\n`);
    return results.some(({ differences }) => differences.length > 0) ? 1 : 0;
  } finally {
    await http.close();
  }
}

async function openCasino(
  stack: StackFile,
  options: PlayOptions,
  patience: Patience,
  http: HttpClient,
  runTag: string,
): Promise<Casino> {
  const clientOf = (wanted: string): OperatorClient => {
    const client = stack.clients.find(({ name }) => name === wanted);
    if (client === undefined) throw new Error(`${options.stack} has no client "${wanted}"`);
    return new OperatorClient(http, client);
  };
  const [operator, compliance] = [clientOf('operator'), clientOf('compliance')];
  const tally = new Tally();
  const tables: Table[] = [];
  for (const name of chooseProviders(stack, options.provider)) {
    const line = openLine(stack, name, http, tally);
    const game = (await operator.games(name, options.currency))[0];
    if (game === undefined) throw new Error(`the catalogue has no game of ${name} in ${options.currency}`);
    tables.push({ line, game });
  }
  const [first, ...others] = tables;
  if (first === undefined) throw new Error(`${options.stack} has no provider that the sandbox speaks`);
  const { faults: rates, currency } = options;
  const grantsFreeRounds = typeof stack.sandboxUrl === 'string';
  const sharedPrefix = (round: number): string | undefined =>
    new Random(`${options.seed} ids ${round}`).chance(rates['shared-ids'])
      ? `${runTag.toLowerCase()}-all`
      : undefined;
  return {
    breakers: new Breakers(operator),
    ...{ operator, compliance, tables: [first, ...others], tally, rates, currency, patience },
    ...{ sharedPrefix, grantsFreeRounds },
  };
}

function openLine(stack: StackFile, name: ProviderName, http: HttpClient, tally: Tally): ProviderLine {
  const access = stack.providers[name];
  if (access === undefined) throw new Error(`no access to ${name}`);
  return new ProviderLine(dialects[name](access.credentials), access.baseUrl, http, tally);
}

async function registerPlayers(casino: Casino, options: PlayOptions, runTag: string): Promise<Player[]> {
  const random = new Random(options.seed);
  const progress = new Progress('registering', options.players);
  const indexes = Array.from({ length: options.players }, (_, index) => index);
  const players = await inParallel(indexes, managementConcurrency, async (index) => {
    const player = await Player.register(casino, index, random.fork(String(index)), runTag);
    progress.add();
    return player;
  });
  progress.end();
  return players;
}

async function playAll(players: readonly Player[], options: PlayOptions): Promise<void> {
  const progress = new Progress('playing', players.length * options.rounds);
  await inParallel(players, options.concurrency, async (player) => {
    for (let round = 0; round < options.rounds; round++) {
      await player.playRound(round);
      progress.add();
    }
  });
  progress.end();
}

async function compareAll(players: readonly Player[]): Promise<PlayerDifferences[]> {
  const progress = new Progress('comparing', players.length);
  const results = await inParallel(players, managementConcurrency, async (player) => {
    const differences = await player.finish();
    progress.add();
    return { playerId: player.id, differences };
  });
  progress.end();
  return results;
}
