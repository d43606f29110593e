import { parse } from 'csv-parse/sync';
import { listDate, ListFileError, type ListEntry } from '../../domain/screening/list-entry';
import { countryCode } from './countries';
import type { ListFile } from './read-file';

// https://ofac.treasury.gov/specially-designated-nationals-list-data-formats: no header, -0- for nothing
const SDN_COLUMNS = 12;
const ALT_COLUMNS = 5;
const END_OF_FILE = '\u001a';

/** Reads OFAC's `sdn.csv` and `alt.csv`. @throws ListFileError when either is truncated or they do not belong together */
export function readOfac(sdn: ListFile, alt: ListFile): ListEntry[] {
  const aliases = new Map<string, string[]>();
  for (const [id = '', , , name = ''] of records(alt, ALT_COLUMNS)) {
    if (name !== '') aliases.set(id, [...(aliases.get(id) ?? []), name]);
  }
  const entries = records(sdn, SDN_COLUMNS).map(([sourceId = '', name = '', type, programs, ...rest]) => {
    const known = aliases.get(sourceId) ?? [];
    aliases.delete(sourceId);
    return entryOf({ sourceId, name, type, programs, remarks: rest.at(-1) ?? '' }, known);
  });
  if (aliases.size > 0) {
    throw new ListFileError(
      `${sdn.path}: ${aliases.size} entries that ${alt.path} has aliases of are missing; is it truncated?`,
    );
  }
  return entries;
}

function entryOf(
  row: { sourceId: string; name: string; type?: string; programs?: string; remarks: string },
  aliases: readonly string[],
): ListEntry {
  const { sourceId, name, remarks } = row;
  const parts = remarks.split(';').map((part) => part.trim());
  const after = (start: RegExp) =>
    parts.flatMap((part) => (start.test(part) ? [part.replace(start, '')] : []));
  // weak aliases stand in the remarks alone
  const weak = after(/^(?:a\.k\.a\.|f\.k\.a\.|alt\. a\.k\.a\.) /).map((text) =>
    text.replace(/^['"]|['".]+$/g, ''),
  );
  const isPerson = row.type === 'individual';
  return {
    sourceId,
    kind: isPerson ? 'person' : 'organisation',
    names: [name, ...aliases, ...weak.filter((text) => text.length > 2)],
    programs: (row.programs ?? '').split(/\]\s*\[|[[\]]/).filter((program) => program !== ''),
    birthDates: after(/^(?:alt\. )?DOB /).flatMap((text) => listDate(text) ?? []),
    countries: after(/^(?:alt\. )?(?:nationality|citizen) /i).flatMap(
      (text) => countryCode(text.replace(/\.$/, '')) ?? [],
    ),
  };
}

function records({ path, text }: ListFile, columns: number): string[][] {
  const body = text.replace(new RegExp(`${END_OF_FILE}\\s*$`), '');
  let rows: string[][];
  try {
    rows = parse(body, {
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 65_536,
    });
  } catch (error) {
    throw new ListFileError(
      `${path}: ${error instanceof Error ? error.message : 'is no CSV'}; is it truncated?`,
    );
  }
  rows.forEach((row, index) => {
    if (row.length !== columns || !/^\d+$/.test(row[0] ?? '')) {
      throw new ListFileError(
        `${path}: record ${index + 1} has ${row.length} of ${columns} columns or no number; is it truncated?`,
      );
    }
  });
  return rows.map((row) => row.map((cell) => (cell === '-0-' ? '' : cell)));
}
