import { parseArgs } from 'node:util';
import type { Database } from '@baize/persistence';
import { readDemo } from '../../adapters/sanctions-lists/demo';
import { readEu } from '../../adapters/sanctions-lists/eu';
import { readOfac } from '../../adapters/sanctions-lists/ofac';
import { readListFile } from '../../adapters/sanctions-lists/read-file';
import { readUn } from '../../adapters/sanctions-lists/un';
import {
  ListFileError,
  sanctionsLists,
  type ListEntry,
  type SanctionsList,
} from '../../domain/screening/list-entry';
import { loadSanctionsList } from './load-sanctions-list';

const screeningUsage = `screening load --list ofac <sdn.csv> <alt.csv>
screening load --list un <consolidated.xml>
screening load --list eu <export.xml>
screening load --list demo <list.csv>
  --allow-shrink   take a list that lost more than a fifth of its entries`;

/** `screening load ...`: answers the exit code, 1 when the file is refused and nothing was changed. */
export async function runScreeningCommand(
  database: Database,
  args: readonly string[],
  print: (line: string) => void,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { list: { type: 'string' }, 'allow-shrink': { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [verb, ...paths] = positionals;
    const list = sanctionsLists.find((name) => name === values.list);
    if (verb !== 'load' || !list || paths.length !== (list === 'ofac' ? 2 : 1)) {
      print(screeningUsage);
      return 2;
    }
    const read = await readList(list, paths);
    const { version, entries, added, changed, removed } = await loadSanctionsList(database, {
      ...read,
      list,
      allowShrink: values['allow-shrink'],
    });
    print(
      `${list} version ${version}: ${entries} entries, ${added} added, ${changed} changed, ${removed} removed`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof ListFileError)) throw error;
    print(`refused, nothing was changed: ${error.message}`);
    return 1;
  }
}

/** Reads the files of a list as its publisher writes them. @throws ListFileError */
export async function readList(
  list: SanctionsList,
  paths: readonly string[],
): Promise<{ entries: ListEntry[]; sha256: string }> {
  const [first, second] = await Promise.all(paths.map(readListFile));
  if (!first) throw new ListFileError('no file is named');
  if (list === 'ofac') {
    if (!second) throw new ListFileError('OFAC needs sdn.csv and alt.csv');
    return { entries: readOfac(first, second), sha256: `${first.sha256}+${second.sha256}` };
  }
  const read = { un: readUn, eu: readEu, demo: readDemo }[list];
  return { entries: read(first), sha256: first.sha256 };
}
