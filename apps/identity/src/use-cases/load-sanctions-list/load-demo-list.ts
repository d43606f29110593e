import { join } from 'node:path';
import type { Database } from '@baize/persistence';
import { loadSanctionsList } from './load-sanctions-list';
import { readList } from './screening-command';

/** Beside `src` and, once built, beside `dist`. */
const file = join(__dirname, '../../../demo/made-up-list.csv');

/** Loads the made-up list, unless it is loaded. */
export async function loadDemoList(database: Database): Promise<void> {
  const read = await readList('demo', [file]);
  await loadSanctionsList(database, { ...read, list: 'demo', allowShrink: true });
}
