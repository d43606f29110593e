import { listDate, type ListEntry } from '../../domain/screening/list-entry';
import { countryCode } from './countries';
import type { ListFile } from './read-file';
import { below, readXml, textsOf, type Element } from './read-xml';

/** Reads the consolidated list of the United Nations Security Council (`consolidated.xml`). */
export function readUn(file: ListFile): ListEntry[] {
  const entries: ListEntry[] = [];
  readXml(file, 'CONSOLIDATED_LIST', ['INDIVIDUAL', 'ENTITY'], (one) => entries.push(entryOf(one)));
  return entries;
}

function entryOf(one: Element): ListEntry {
  const own = (name: string) => one.children.find((child) => child.name === name)?.text.trim() ?? '';
  const parts = ['FIRST_NAME', 'SECOND_NAME', 'THIRD_NAME', 'FOURTH_NAME']
    .map(own)
    .filter((part) => part !== '');
  const births = below(one, 'INDIVIDUAL_DATE_OF_BIRTH').flatMap((birth) =>
    ['DATE', 'YEAR', 'FROM_YEAR', 'TO_YEAR'].flatMap((name) => textsOf(birth, name)),
  );
  const countries = [
    ...below(one, 'NATIONALITY').flatMap((nationality) => textsOf(nationality, 'VALUE')),
    ...textsOf(one, 'COUNTRY'),
  ];
  return {
    sourceId: own('DATAID'),
    kind: one.name === 'INDIVIDUAL' ? 'person' : 'organisation',
    names: [parts.join(' '), ...textsOf(one, 'NAME_ORIGINAL_SCRIPT'), ...textsOf(one, 'ALIAS_NAME')],
    programs: textsOf(one, 'UN_LIST_TYPE'),
    birthDates: births.flatMap((text) => listDate(text) ?? []),
    countries: countries.flatMap((text) => countryCode(text) ?? []),
  };
}
