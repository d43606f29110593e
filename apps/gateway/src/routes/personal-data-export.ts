import {
  accountQueries,
  roundQueries,
  ListOf,
  Nested,
  ok,
  Optional,
  PersonalDataExport,
  type Result,
  RoundDto,
  TransactionDto,
  walletQueries,
} from '@baize/contracts';
import { api, type Ask, type Input } from '../http/route';

const maxRows = 10_000;
const pageSize = 200;

/** Everything that the platform keeps of a person, from every service that keeps something. */
class PlayerExportDto {
  @Nested(() => PersonalDataExport) identity: PersonalDataExport;
  /** Newest first, at most 10,000; the rest by the list of transactions from `nextTransactions` on. */
  @ListOf(() => TransactionDto, maxRows) transactions: TransactionDto[];
  @Optional() nextTransactions?: string;
  @ListOf(() => RoundDto, maxRows) rounds: RoundDto[];
  @Optional() nextRounds?: string;
}

export const exportRoute = api({
  method: 'GET',
  path: '/v1/players/{id}/export',
  operationId: 'exportPersonalData',
  summary: 'Everything kept of a person, as JSON',
  description: 'An answer is whole: when a service cannot be asked it is 503.',
  tag: 'Accounts',
  access: { scope: 'compliance:write', player: true, personal: true },
  priority: 'read',
  status: 200,
  contract: accountQueries.exportPersonalData,
  owner: ({ params }) => params.id,
  request: ({ brand, params }) => ({ brand, playerId: params.id ?? '' }),
  compose: composeExport,
  response: { schema: PlayerExportDto, of: (whole) => whole },
});

async function composeExport(
  { brand, params }: Input<object, object>,
  ask: Ask,
): Promise<Result<PlayerExportDto>> {
  const player = { brand, playerId: params.id ?? '' };
  const identity = await ask(accountQueries.exportPersonalData, player);
  if (!identity.ok) return identity;
  const transactions = await collect((page) => ask(walletQueries.listTransactions, { ...player, ...page }));
  if (!transactions.ok) return transactions;
  const rounds = await collect((page) => ask(roundQueries.listPlayerRounds, { ...player, ...page }));
  if (!rounds.ok) return rounds;
  return ok({
    identity: identity.value,
    transactions: transactions.value.items,
    ...(transactions.value.next !== undefined && { nextTransactions: transactions.value.next }),
    rounds: rounds.value.items,
    ...(rounds.value.next !== undefined && { nextRounds: rounds.value.next }),
  });
}

/** Page after page, up to the bound. */
async function collect<Item>(
  readPage: (page: {
    limit: number;
    cursor?: string;
  }) => Promise<Result<{ items: Item[]; nextCursor?: string | null }>>,
): Promise<Result<{ items: Item[]; next: string | undefined }>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage({ limit: pageSize, ...(cursor !== undefined && { cursor }) });
    if (!page.ok) return page;
    items.push(...page.value.items);
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length + pageSize <= maxRows);
  return ok({ items, next: cursor });
}
