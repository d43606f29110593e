import type { BalanceDto, ErrorCode, MovementsPosted } from '@baize/contracts';
import { formatDecimal } from '@baize/money';
import type { DialectAnswer, Outcome, ProviderCommand } from '../../domain/dialect';

type Fields = readonly (readonly [name: string, text: string])[];
interface Status {
  readonly code: number;
  readonly message: string;
}

const success = { code: 0, message: 'ok' };
const wrongToken = { code: 1, message: 'accessToken does not match' };
const noSession = { code: 4, message: 'user or session is not known' };
const noFunds = { code: 7, message: 'not enough money' };
const notFound = { code: 9, message: 'transaction not found' };
const other = (message: string) => ({ code: 12, message });

const refusals: Partial<Record<ErrorCode, Status>> = {
  'wallet.player-not-found': noSession,
  'game-sessions.session-not-found': noSession,
  'wallet.insufficient-funds': noFunds,
  'wallet.debt-outstanding': noFunds,
  'wallet.bet-not-found': notFound,
  'wallet.original-not-found': notFound,
  'wallet.player-restricted': other('the player may not bet'),
  'wallet.limit-exceeded': other('a limit of the player is reached'),
  'wallet.stake-too-high': other('the stake is too high'),
  'wallet.wallet-not-found': other('the player has no wallet in this currency'),
  'wallet.currency-mismatch': other("the currency is not the player's"),
  'wallet.movement-conflict': other('transactionId was used with other data'),
  'wallet.movement-tombstoned': other('the reserve was cancelled before it came'),
  'wallet.bet-already-rolled-back': other('the reserve was cancelled'),
  'wallet.original-settled': other('the reserve is settled'),
  'wallet.round-closed': other('the round is closed'),
  'wallet.amount-out-of-range': other('the amount is out of range'),
  'game-sessions.game-not-found': other('the game is not known'),
  'game-sessions.game-not-available': other('the game is not offered'),
};

/** Our faults are HTTP 500, which makes them ask again; everything else is 200 and says so in `statusCode`. */
export function answerPlaynGo(outcome: Outcome, command?: ProviderCommand): DialectAnswer {
  const root = rootOf(command);
  switch (outcome.kind) {
    case 'posted':
      return posted(root, outcome.posted);
    case 'balance':
      return answer(root, success, moneyOf(outcome.balance));
    case 'session': {
      const user = [['externalId', outcome.playerId] as const];
      const session = ['externalGameSessionId', outcome.session] as const;
      return answer(root, success, [...user, ...moneyOf(outcome.balance), session]);
    }
    case 'refused':
      return answer(
        root,
        refusals[outcome.code] ?? other('the request is refused'),
        moneyOf(outcome.balance),
      );
    case 'malformed':
      return answer(root, other(`bad request: ${outcome.detail}`));
    case 'unauthenticated':
      return answer(root, wrongToken);
    case 'fault':
      return { ...answer(root, other('temporarily not available')), status: 500 };
  }
}

function posted(root: string, { actions: [action], balance }: MovementsPosted): DialectAnswer {
  if (action?.status === 'tombstoned') return answer(root, notFound, moneyOf(balance));
  const id = action ? [['externalTransactionId', action.transactionId] as const] : [];
  return answer(root, success, [...id, ...moneyOf(balance)]);
}

/** The answer's root is the function's name; `response` where the call could not be read that far. */
function rootOf(command: ProviderCommand | undefined): string {
  if (!command) return 'response';
  if (command.intent !== 'post') return command.intent === 'balance' ? 'balance' : 'authenticate';
  const kind = command.actions[0]?.kind ?? 'win';
  return { bet: 'reserve', win: 'release', rollback: 'cancelReserve' }[kind];
}

/** `real` is all that can be played with; locked money waits for a withdrawal. */
function moneyOf(balance: BalanceDto | undefined): Fields {
  if (!balance) return [];
  const { real, bonus, currency } = balance;
  return [
    ['real', formatDecimal(BigInt(real) + BigInt(bonus), currency)],
    ['currency', currency],
  ];
}

function answer(root: string, { code, message }: Status, fields: Fields = []): DialectAnswer {
  let body = `<${root}>`;
  for (const [name, text] of fields) body += `<${name}>${escapeXml(text)}</${name}>`;
  body += `<statusCode>${code}</statusCode><statusMessage>${escapeXml(message)}</statusMessage></${root}>`;
  return { status: 200, contentType: 'text/xml; charset=utf-8', body };
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
