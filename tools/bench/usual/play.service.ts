import { createHash } from 'node:crypto';
import { HttpException, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import type { PlayAction, PlayAnswer, PlayedTransaction, PlayRequest } from './play.dto';
import { EntryRow, JournalRow, MovementKeyRow, OutboxRow, RoundRow, WalletRow } from './rows';

const brand = 'demo';
const provider = 'softswiss';

/** What one call works on, in its transaction. */
interface Play {
  readonly manager: EntityManager;
  readonly request: PlayRequest;
  readonly wallet: WalletRow;
  readonly round: RoundRow;
  readonly digest: string;
  readonly receivedAt: Date;
}

/** Where the money of a movement comes from or goes to; signed. */
interface Split {
  readonly real: bigint;
  readonly bonus: bigint;
}

/** Posts bets and wins: all actions of a call in one transaction, each exactly once. */
@Injectable()
export class PlayService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  play(request: PlayRequest, digest: string): Promise<PlayAnswer> {
    const receivedAt = new Date();
    return this.dataSource.transaction(async (manager) => {
      const wallet = await manager.findOne(WalletRow, {
        where: { playerId: request.user_id, currency: request.currency },
        lock: { mode: 'pessimistic_write' },
      });
      if (!wallet) throw refusal(101, 'Player is invalid', 0n);
      const known = await findRound(manager, request);
      const round = known ?? newRound(request);
      const play: Play = { manager, request, wallet, round, digest, receivedAt };
      const transactions: PlayedTransaction[] = [];
      for (const action of request.actions ?? []) transactions.push(await post(play, action));
      if (request.finished) round.closed = true;
      const { playerId, currency, real, bonus, sequence } = wallet;
      if (known) await manager.update(RoundRow, roundKey(request), round);
      else await manager.insert(RoundRow, round);
      await manager.update(WalletRow, { playerId, currency }, { real, bonus, sequence });
      return { balance: Number(total(wallet)), game_id: request.game_id, transactions };
    });
  }
}

async function post(play: Play, action: PlayAction): Promise<PlayedTransaction> {
  const { manager, request, wallet, round } = play;
  const key = { brand, provider, idScope: wallet.playerId, kind: action.action, id: action.action_id };
  const requestHash = hashOf(request, action);
  const known = await manager.findOneBy(MovementKeyRow, key);
  if (known) {
    if (!known.requestHash.equals(requestHash)) throw refusal(400, 'Conflicting action', total(wallet));
    return {
      action_id: action.action_id,
      tx_id: known.transactionId,
      processed_at: known.createdAt.toISOString(),
    };
  }
  const amount = BigInt(action.amount);
  const split = action.action === 'bet' ? debit(wallet, round, amount) : credit(wallet, round, amount);
  const transactionId = uuidv7();
  const createdAt = new Date();
  await manager.insert(MovementKeyRow, { ...key, requestHash, transactionId, createdAt });
  await record(play, action, { split, transactionId, createdAt });
  return { action_id: action.action_id, tx_id: transactionId, processed_at: createdAt.toISOString() };
}

/** Takes a stake from real money first, then from bonus money. */
function debit(wallet: WalletRow, round: RoundRow, amount: bigint): Split {
  if (round.closed) throw refusal(400, 'Round is closed', total(wallet));
  if (wallet.real < 0n || wallet.real + wallet.bonus < amount) {
    throw refusal(100, 'Not enough funds', total(wallet));
  }
  const real = wallet.real < amount ? wallet.real : amount;
  const bonus = amount - real;
  wallet.real -= real;
  wallet.bonus -= bonus;
  round.stakeReal += real;
  round.stakeBonus += bonus;
  round.bets += 1;
  return { real: -real, bonus: -bonus };
}

/** Pays a win in the proportion in which the round was staked. */
function credit(wallet: WalletRow, round: RoundRow, amount: bigint): Split {
  if (round.bets === 0) throw refusal(400, 'No bet in this round', total(wallet));
  const staked = round.stakeReal + round.stakeBonus;
  const bonus = staked === 0n ? 0n : (amount * round.stakeBonus) / staked;
  const real = amount - bonus;
  wallet.real += real;
  wallet.bonus += bonus;
  round.wonReal += real;
  round.wonBonus += bonus;
  return { real, bonus };
}

/** Writes the journal row, its entries and its event. */
async function record(
  { manager, request, wallet, round, digest, receivedAt }: Play,
  action: PlayAction,
  { split, transactionId, createdAt }: { split: Split; transactionId: string; createdAt: Date },
): Promise<void> {
  wallet.sequence += 1n;
  const { playerId, currency, sequence } = wallet;
  const amount = split.real + split.bonus;
  const balanceAfter = total(wallet);
  const roundClosed = request.finished ?? false;
  await manager.insert(JournalRow, {
    ...{ id: transactionId, playerId, currency, sequence, kind: action.action, brand, provider },
    ...{ providerTxId: action.action_id, amount, real: split.real, bonus: split.bonus, balanceAfter },
    ...{ gameId: request.game, roundId: round.id, roundClosed, source: digest, receivedAt, createdAt },
  });
  const entry = { journalId: transactionId, playerId, currency, createdAt };
  const entries = [
    { ...entry, account: 'real', amount: split.real },
    { ...entry, account: 'bonus', amount: split.bonus },
    { ...entry, account: 'games', amount: -amount },
  ].filter((line) => line.amount !== 0n);
  if (entries.length > 0) await manager.insert(EntryRow, entries);
  const name = action.action === 'bet' ? 'bet-placed' : 'win-credited';
  await manager.insert(OutboxRow, {
    ...{ eventId: uuidv7(), type: `wallet.event.${name}.v1`, subject: transactionId },
    ...{ partitionKey: playerId, sequence, time: createdAt },
    data: {
      ...{
        transactionId,
        walletSequence: Number(sequence),
        playerId,
        brand,
        currency,
        amount: Number(amount),
      },
      funds: { real: Number(split.real), bonus: Number(split.bonus), locked: 0 },
      ...{ balanceBefore: Number(balanceAfter - amount), balanceAfter: Number(balanceAfter) },
      ...{ provider, providerTxId: action.action_id, gameId: request.game, roundId: round.id, roundClosed },
      ...{ providerRoundId: request.game_id, receivedAt, committedAt: createdAt, bodySha256: digest },
    },
  });
}

function roundKey(
  request: PlayRequest,
): Pick<RoundRow, 'playerId' | 'provider' | 'gameId' | 'providerRoundId'> {
  return { playerId: request.user_id, provider, gameId: request.game, providerRoundId: request.game_id };
}

function findRound(manager: EntityManager, request: PlayRequest): Promise<RoundRow | null> {
  return manager.findOneBy(RoundRow, roundKey(request));
}

function newRound(request: PlayRequest): RoundRow {
  const sums = { stakeReal: 0n, stakeBonus: 0n, wonReal: 0n, wonBonus: 0n, bets: 0, closed: false };
  return { ...roundKey(request), id: uuidv7(), currency: request.currency, ...sums };
}

function total(wallet: WalletRow): bigint {
  return wallet.real + wallet.bonus + wallet.locked;
}

function hashOf(request: PlayRequest, { action, amount }: PlayAction): Buffer {
  const fields = [action, request.user_id, request.currency, amount, request.game, request.game_id];
  return createHash('sha256').update(JSON.stringify(fields)).digest();
}

function refusal(code: number, message: string, balance: bigint): HttpException {
  return new HttpException({ code, message, balance: Number(balance) }, 412);
}
