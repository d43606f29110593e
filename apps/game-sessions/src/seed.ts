import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GameDto } from '@baize/contracts';
import type { Database } from '@baize/persistence';
import { bumpCatalogue, seedGames } from './store/games';

const file = join(__dirname, '../seed/games.json');

/** Adds the games that come with the product; what is there already is left as it is. */
export async function seedCatalogue(database: Database): Promise<void> {
  const games = JSON.parse(readFileSync(file, 'utf8')) as GameDto[];
  await database.transactions.run(async (db) => {
    if ((await seedGames(db, games)) > 0) await bumpCatalogue(db);
  });
}
