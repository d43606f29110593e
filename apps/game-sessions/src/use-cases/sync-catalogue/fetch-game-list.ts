import { err, ok, type Result } from '@baize/contracts';
import type { ListedGame } from '../../domain/catalogue';
import type { ProviderGate } from '../../provider-gate';
import type { ConfiguredApi } from '../../providers';

const maxPages = 1_000;
const maxGames = 100_000;

/**
 * Fetches a provider's whole list, part by part, or says why there is none. Only a list that is whole for certain is
 * answered: every part came and could be read, there are as many games as the provider says, and none twice.
 */
export async function fetchGameList(
  gate: ProviderGate,
  provider: string,
  api: ConfiguredApi,
  deadlineMs: number,
): Promise<Result<ListedGame[], string>> {
  const games = new Map<string, ListedGame>();
  let page: string | undefined;
  for (let count = 0; count < maxPages; count++) {
    const { brand, baseUrl } = api;
    const about = { brand, provider, operation: 'game-list', baseUrl } as const;
    const asked = await gate.ask(about, api.gameList.request(page, gate.moment()), deadlineMs);
    if (asked.kind === 'silent') return err(`the provider gave no whole answer: ${asked.why}`);
    const read = api.gameList.read(asked.reply);
    if (!read.ok) return read;
    for (const game of read.value.games) {
      if (games.has(game.providerGameId)) return err('a game is listed twice');
      games.set(game.providerGameId, game);
    }
    if (games.size > maxGames) return err(`the list has more than ${maxGames} games`);
    const { next, total } = read.value;
    if (next === undefined)
      return total === undefined || total === games.size
        ? ok([...games.values()])
        : err(`the list has ${games.size} games, and the provider says ${total}`);
    if (next === page) return err('the list does not go on');
    page = next;
  }
  return err(`the list has more than ${maxPages} parts`);
}
