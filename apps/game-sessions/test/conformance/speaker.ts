import type { Signed } from '../provider-calls';

/** Who plays, as the provider knows it. */
export interface Seat {
  readonly playerId: string;
  readonly currency: string;
  /** What the dialect presents, where it has sessions. */
  readonly sid: string;
}

/** One movement; amounts in minor units of the seat's currency. */
export interface Move {
  readonly id: string;
  readonly round: string;
  readonly amount: number;
}

/** What the field's answers to the edge cases look like in one dialect: each is matched against status and body. */
export type Word =
  | 'accepted'
  | 'repeatedBet'
  | 'repeatedWin'
  | 'repeatedRollback'
  | 'unknownOriginal'
  | 'betAfterItsRollback'
  | 'conflict'
  | 'noFunds'
  | 'winBeforeBet'
  | 'winAfterRollback'
  | 'settledOriginal'
  | 'closedRound'
  | 'wrongCurrency'
  | 'unknownPlayer'
  | 'unknownGame'
  | 'restricted'
  | 'unauthenticated'
  | 'malformed'
  | 'fault';

/** How the provider grants free rounds and tells of them. */
export interface FreeRoundsSpeech {
  /** Its own name for those that we call `id`; the same where it has none. */
  referenceOf(id: string): string;
  /** What it answers when it has granted them. */
  granted(reference: string): string;
  /** The calls that play all of them, with what each round wins; the same ones when asked again. */
  play(seat: Seat, reference: string, wins: readonly number[]): readonly Signed[];
  /** It tells of every single round. */
  readonly counts: boolean;
}

/**
 * The provider's side of one dialect. A registered dialect without one fails the suite; what it lacks a word for does
 * not compile.
 */
export interface Speaker {
  readonly provider: string;
  readonly words: Readonly<Record<Word, { status: number; body: object }>>;
  /** Whether the dialect can name several actions, roll back wins, and close a round, also with a rollback. */
  readonly can: {
    readonly batch: boolean;
    readonly rollBackWins: boolean;
    readonly closeRounds: boolean;
    readonly closeWithRollback: boolean;
    /** A rollback can name several movements. */
    readonly rollBackLists?: true;
    /** Its calls name a session, and leave player, currency and game to it. */
    readonly namesOnlySessions?: true;
  };
  /** The call that exchanges a launch token, and where its answer has the session; null where there is none. */
  readonly enter: ((seat: Seat, token: string) => { call: Signed; sidIn: string }) | null;
  balance(seat: Seat): Signed;
  bet(seat: Seat, move: Move): Signed;
  win(seat: Seat, move: Move & { betId: string }): Signed;
  rollBackBet(seat: Seat, move: Move & { betId: string }): Signed;
  /** A win that needs no bet. */
  award(seat: Seat, move: Omit<Move, 'round'>): Signed;
  /** One that names neither session nor game; null where every win names one. */
  readonly prize: ((seat: Seat, move: Omit<Move, 'round'>) => Signed) | null;
  betWithAmount(seat: Seat, move: Omit<Move, 'amount'>, amountText: string): Signed;
  betOnGame(seat: Seat, move: Move, providerGameId: string): Signed;
  /** Null where rollbacks name no game. */
  readonly rollBackOnGame:
    ((seat: Seat, move: Move & { betId: string }, providerGameId: string) => Signed) | null;
  forged(call: Signed): Signed;
  /** Signs text that is not what it should be. */
  text(text: string): Signed;
  /** The same call with one more field, signed again. */
  withField(call: Signed, name: string, value: string): Signed;
  /** A whole body as it is, where `text` puts it into one. */
  raw?(body: string): Signed;
  /** The same call without what it is signed with; without headers and query where this is left out. */
  unsigned?(call: Signed): Signed;
  /** The same call signed at that time; null where signatures do not age. */
  readonly signedAt: ((call: Signed, nowMs: number) => Signed) | null;
  /** Amounts that must be refused, as they stand in the body. */
  readonly badAmounts: readonly string[];
  /** Only where `can` says so. */
  batch?(
    seat: Seat,
    round: string,
    actions: readonly { kind: 'bet' | 'win'; id: string; amount: number }[],
  ): Signed;
  /** The calls that place a bet and close its round. */
  betAndClose?(seat: Seat, move: Move): readonly Signed[];
  rollBackWin?(seat: Seat, move: Move & { winId: string }): Signed;
  rollBackAll?(
    seat: Seat,
    move: Omit<Move, 'amount'>,
    originals: readonly { kind: 'bet' | 'win'; id: string }[],
  ): Signed;
  /** Null where the dialect has none. */
  readonly freeRounds: FreeRoundsSpeech | null;
  /** Reads an answer; JSON where it is left out. */
  read?(body: string): Record<string, unknown>;
  /** The balance of an answer in minor units. */
  balanceIn(body: Record<string, unknown>): number;
  /** Our transaction id of the first action; null where no answer says it. */
  readonly transactionIn: ((body: Record<string, unknown>) => string) | null;
}

/** The JSON of a call with one more field. */
export function withJsonField({ bodyBase64 }: Signed, name: string, value: string): string {
  const body = Buffer.from(bodyBase64, 'base64').toString();
  return body.replace('{', `{${JSON.stringify(name)}:${JSON.stringify(value)},`);
}
