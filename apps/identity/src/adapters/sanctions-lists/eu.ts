import { listDate, type ListEntry } from '../../domain/screening/list-entry';
import type { ListFile } from './read-file';
import { below, readXml, type Element } from './read-xml';

/** Reads the consolidated financial sanctions list of the European Union (format 1.1). */
export function readEu(file: ListFile): ListEntry[] {
  const entries: ListEntry[] = [];
  readXml(file, 'export', ['sanctionEntity'], (one) => entries.push(entryOf(one)));
  return entries;
}

function entryOf(one: Element): ListEntry {
  const attributes = (name: string, key: string) =>
    below(one, name).flatMap((element) => element.attributes[key]?.trim() || []);
  const births = below(one, 'birthdate').flatMap(
    ({ attributes: { birthdate, year } }) => birthdate || year || [],
  );
  return {
    sourceId: one.attributes.logicalId ?? '',
    kind: attributes('subjectType', 'code').includes('person') ? 'person' : 'organisation',
    names: attributes('nameAlias', 'wholeName'),
    programs: attributes('regulation', 'programme'),
    birthDates: births.flatMap((text) => listDate(text) ?? []),
    countries: ['citizenship', 'address', 'birthdate'].flatMap((name) =>
      attributes(name, 'countryIso2Code').filter((code) => /^[A-Z]{2}$/.test(code) && code !== '00'),
    ),
  };
}
