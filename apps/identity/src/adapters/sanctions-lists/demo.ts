import { parse } from 'csv-parse/sync';
import { ListFileError, type ListEntry } from '../../domain/screening/list-entry';
import type { ListFile } from './read-file';

const header = ['id', 'kind', 'name', 'aliases', 'birthDate', 'country'];

/** Reads a list of one's own: CSV with the columns id, kind, name, aliases (`;` between them), birthDate, country. */
export function readDemo(file: ListFile): ListEntry[] {
  let rows: string[][];
  try {
    rows = parse(file.text, { trim: true, skip_empty_lines: true, max_record_size: 65_536 });
  } catch (error) {
    throw new ListFileError(`${file.path}: ${error instanceof Error ? error.message : 'is no CSV'}`);
  }
  if (rows[0]?.join() !== header.join())
    throw new ListFileError(`${file.path}: the columns are not ${header.join()}`);
  const filled = (texts: readonly (string | undefined)[]) => texts.flatMap((text) => text?.trim() || []);
  return rows.slice(1).map(([sourceId = '', kind, name = '', aliases = '', birthDate, country]) => ({
    sourceId,
    kind: kind === 'person' ? 'person' : 'organisation',
    names: [name, ...filled(aliases.split(';'))],
    programs: ['DEMO'],
    birthDates: filled([birthDate]),
    countries: filled([country]),
  }));
}
