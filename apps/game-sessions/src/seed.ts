import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GameDto } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { importGames } from './store/games';

const file = join(__dirname, '../seed/games.json');

/** Imports the catalogue that comes with the product; run again it changes nothing. */
export async function seedCatalogue(db: Db): Promise<void> {
  await importGames(db, JSON.parse(readFileSync(file, 'utf8')) as GameDto[]);
}
