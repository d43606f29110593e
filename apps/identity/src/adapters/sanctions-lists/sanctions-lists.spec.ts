import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListFileError } from '../../domain/screening/list-entry';
import { readEu } from './eu';
import { readOfac } from './ofac';
import { readListFile } from './read-file';
import { readUn } from './un';

const file = (text: string, path = 'list') => ({ path, text, sha256: '' });
const sdn = (rows: string[]) => file(rows.join('\n'), 'sdn.csv');
const alt = (rows: string[]) => file(rows.join('\n'), 'alt.csv');
const person = (id: number, name: string, remarks: string) =>
  `${id},"${name}","individual","SDGT] [IRGC",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"${remarks}"`;

describe('OFAC', () => {
  const aliases = alt(['7,90,"aka","KLERK, H.",-0- ', '7,91,"fka","OLDERMAN, Henrik",-0- ']);
  const row = person(
    7,
    'ALDERMANN, Henrik',
    "DOB 17 Apr 1961; alt. DOB circa 1962; POB Gozo, Malta; nationality Korea, North; citizen Malta; a.k.a. 'THE CLERK'.",
  );

  it('reads names, aliases of both files, birth dates and countries', () => {
    expect(
      readOfac(sdn([row, '8,"OLD FERRY CO.",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ']), aliases),
    ).toEqual([
      {
        sourceId: '7',
        kind: 'person',
        names: ['ALDERMANN, Henrik', 'KLERK, H.', 'OLDERMAN, Henrik', 'THE CLERK'],
        programs: ['SDGT', 'IRGC'],
        birthDates: ['1961-04-17', '1962'],
        countries: ['KP', 'MT'],
      },
      {
        ...{ sourceId: '8', kind: 'organisation', names: ['OLD FERRY CO.'], programs: ['CUBA'] },
        ...{ birthDates: [], countries: [] },
      },
    ]);
  });

  it.each([
    ['in the middle of a record', [row.slice(0, 60)]],
    ['in the middle of a text', [row.slice(0, -4)]],
    [
      'between records: aliases without an entry',
      ['9,"X",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- '],
    ],
  ])('refuses a file that was cut %s', (_where, rows) => {
    expect(() => readOfac(sdn(rows), aliases)).toThrow(ListFileError);
    expect(() => readOfac(sdn(rows), aliases)).toThrow(/truncated/);
  });

  it('refuses a record of absurd length', () => {
    expect(() => readOfac(sdn([person(7, 'A'.repeat(100_000), '')]), alt([]))).toThrow(ListFileError);
  });
});

const un = `<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2026-01-01"><INDIVIDUALS><INDIVIDUAL>
<DATAID>6908</DATAID><FIRST_NAME>HENRIK</FIRST_NAME><SECOND_NAME>J&amp;R</SECOND_NAME><THIRD_NAME>ALDERMANN</THIRD_NAME>
<UN_LIST_TYPE>Taliban</UN_LIST_TYPE><NAME_ORIGINAL_SCRIPT>هنريك</NAME_ORIGINAL_SCRIPT><NATIONALITY><VALUE>Iraq</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>The Clerk</ALIAS_NAME></INDIVIDUAL_ALIAS><INDIVIDUAL_ALIAS><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1961-04-17</DATE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><DATAID>11</DATAID><FIRST_NAME>OLD FERRY</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>`;
const eu = `<?xml version="1.0" encoding="UTF-8"?><export xmlns="http://eu.europa.ec/fpi/fsd/export" globalFileId="1"><sanctionEntity
logicalId="13" euReferenceNumber="EU.27.28"><regulation programme="IRQ"/><subjectType code="person" classificationCode="P"/>
<nameAlias wholeName="Henrik Aldermann" strong="true"/><nameAlias wholeName="Χένρικ"/><citizenship countryIso2Code="IQ"/>
<birthdate birthdate="1961-04-17" year="1961" countryIso2Code="00"/></sanctionEntity></export>`;

describe('UN and EU', () => {
  it('read what their publishers say', () => {
    expect(readUn(file(un))).toEqual([
      {
        ...{ sourceId: '6908', kind: 'person', names: ['HENRIK J&R ALDERMANN', 'هنريك', 'The Clerk'] },
        ...{ programs: ['Taliban'], birthDates: ['1961-04-17'], countries: ['IQ'] },
      },
      {
        ...{ sourceId: '11', kind: 'organisation', names: ['OLD FERRY'] },
        ...{ programs: [], birthDates: [], countries: [] },
      },
    ]);
    expect(readEu(file(eu))).toEqual([
      {
        ...{ sourceId: '13', kind: 'person', names: ['Henrik Aldermann', 'Χένρικ'] },
        ...{ programs: ['IRQ'], birthDates: ['1961-04-17'], countries: ['IQ'] },
      },
    ]);
  });

  const bomb = `<?xml version="1.0"?><!DOCTYPE CONSOLIDATED_LIST [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>`;
  it.each([
    ['an entity bomb', bomb, /DOCTYPE/],
    ['an external entity', bomb.replace('"lol"', 'SYSTEM "file:///etc/passwd"'), /DOCTYPE/],
    ['an entity that is not defined', un.replace('&amp;', '&lol;'), /well-formed/],
    ['a file cut in an element', un.slice(0, 700), /truncated/],
    ['a file cut before its end tag', un.slice(0, -'</CONSOLIDATED_LIST>'.length), /truncated/],
    ['another root', eu, /begins with <export>/],
    ['an encoding that it names', un.replace('UTF-8', 'ISO-8859-1'), /ISO-8859-1/],
    ['a tower of elements', `<CONSOLIDATED_LIST>${'<a>'.repeat(1_000)}`, /deeper/],
    ['a text without end', un.replace('HENRIK', 'A'.repeat(70_000)), /characters/],
  ])('refuse %s', (_what, text, message) => {
    expect(() => readUn(file(text))).toThrow(ListFileError);
    expect(() => readUn(file(text))).toThrow(message);
  });
});

describe('reading a file', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lists-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['Latin-1', Buffer.from('7,"M\xfcller"', 'latin1'), /not UTF-8/],
    ['UTF-16', Buffer.from('\ufeff7,"Müller"', 'utf16le'), /not UTF-8/],
    ['nothing', Buffer.alloc(0), /empty/],
  ])('refuses %s', async (name, bytes, message) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    await expect(readListFile(path)).rejects.toThrow(message);
  });

  it('refuses what is not there', async () => {
    await expect(readListFile(join(folder, 'none'))).rejects.toThrow(/no such file/);
  });
});
