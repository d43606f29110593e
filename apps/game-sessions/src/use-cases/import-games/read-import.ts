import { devices, err, GameDto, ok, type FieldError, type Result } from '@baize/contracts';
import { parse } from '@baize/messaging';
import { parse as parseCsv } from 'csv-parse/sync';
import { currencyCode, languageTag, unprintable, word } from '../../adapters/provider-reply';
import type { ListedGame } from '../../domain/catalogue';

/** A game of an import: its provider, and what is to be said of it. */
export interface ImportedGame {
  readonly provider: string;
  readonly entry: ListedGame;
}
const maxGames = 100_000;
const maxName = 100;
const maxErrors = 50;
const listFields = new Set([
  'currencies',
  'blockedCountries',
  'devices',
  'languages',
  'jurisdictions',
  'features',
]);
/** What the items of lists look like; of another form they would be stored, and neither offer nor block anything. */
const itemForms: Readonly<Record<string, (item: string) => boolean>> = {
  currencies: (item) => currencyCode.test(item),
  blockedCountries: isCountry,
  devices: (item) => (devices as readonly string[]).includes(item),
  languages: (item) => languageTag.test(item),
  jurisdictions: (item) => word.test(item),
  features: (item) => word.test(item),
};
const complete = {
  id: 'x',
  category: 'other',
  currencies: [],
  blockedCountries: [],
  devices: [],
  demoAvailable: false,
};

/**
 * Reads a file of games: JSON is a list of objects, CSV has the same names in its header, lists with `|` between their
 * items, and the table of a live game as JSON. `provider`, `providerGameId` and `name` are required, what is left out
 * or empty is not said. Answers every game, or an error for each bad line (for JSON: each place in the list, from 1).
 */
export function readImport(
  format: 'csv' | 'json',
  content: string,
  providers: readonly string[],
): Result<ImportedGame[], FieldError[]> {
  const rows = format === 'csv' ? readCsv(content) : readJson(content);
  if (!rows.ok) return rows;
  if (rows.value.length > maxGames)
    return err([{ path: '/content', message: `has more than ${maxGames} games` }]);
  const errors: FieldError[] = [];
  const games: ImportedGame[] = [];
  const seen = new Set<string>();
  for (const { line, fields } of rows.value) {
    const game = readGame(fields, providers);
    if (!game.ok)
      errors.push(...game.error.map(({ path, message }) => ({ path: `/lines/${line}${path}`, message })));
    else {
      const key = `${game.value.provider}\n${game.value.entry.providerGameId}`;
      if (seen.has(key)) errors.push({ path: `/lines/${line}`, message: 'is in the file twice' });
      seen.add(key);
      games.push(game.value);
    }
    if (errors.length >= maxErrors) break;
  }
  return errors.length > 0 ? err(errors.slice(0, maxErrors)) : ok(games);
}

interface Row {
  readonly line: number;
  readonly fields: unknown;
}

function readJson(content: string): Result<Row[], FieldError[]> {
  try {
    const list = JSON.parse(content) as unknown;
    if (Array.isArray(list)) return ok((list as unknown[]).map((fields, at) => ({ line: at + 1, fields })));
  } catch {
    // falls through: it is no list either
  }
  return err([{ path: '/content', message: 'is not a JSON list' }]);
}

function readCsv(content: string): Result<Row[], FieldError[]> {
  try {
    const records = parseCsv(content, {
      columns: true,
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
    return ok(
      (records as unknown as { record: Record<string, string>; info: { lines: number } }[]).map(
        ({ record, info }) => ({ line: info.lines, fields: csvFields(record) }),
      ),
    );
  } catch (error) {
    const { lines } = error as { lines?: number };
    const place = lines === undefined ? '/content' : `/lines/${lines}`;
    return err([{ path: place, message: 'is not a line of this CSV' }]);
  }
}

function csvFields(record: Readonly<Record<string, string>>): Record<string, unknown> {
  const told = Object.entries(record).filter(([, text]) => text !== '');
  return Object.fromEntries(told.map(([name, text]) => [name, csvValue(name, text)]));
}

/** What cannot be read stays text, and is refused with the rest of its line. */
function csvValue(name: string, text: string): unknown {
  if (listFields.has(name)) return text.split('|').map((item) => item.trim());
  if (name === 'rtpProfiles') return text.split('|').map(numberOrText);
  if (name === 'rtpBasisPoints') return numberOrText(text);
  if (name === 'demoAvailable') return text === 'true' ? true : text === 'false' ? false : text;
  if (name !== 'liveTable') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function numberOrText(text: string): number | string {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : text;
}

/** The rules of a game are those of the API: what is left out is filled up for the check, and taken away again. */
function readGame(
  fields: unknown,
  providers: readonly string[],
): Result<ImportedGame, readonly FieldError[]> {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    return err([{ path: '', message: 'must be a game' }]);
  if ('id' in fields) return err([{ path: '/id', message: 'is given by the platform' }]);
  const checked = parse(GameDto, { ...complete, ...fields });
  if (!checked.ok) return err(checked.error.errors ?? [{ path: '', message: checked.error.detail }]);
  const { provider, ...entry } = fields as ListedGame & { provider: string };
  if (!providers.includes(provider)) return err([{ path: '/provider', message: 'is not known' }]);
  const wrong = formErrors(entry);
  return wrong.length > 0 ? err(wrong) : ok({ provider, entry });
}

/** What the rules of the API let through, and would be stored without being of use. */
function formErrors(entry: ListedGame): FieldError[] {
  const errors: FieldError[] = [];
  if (entry.name.length > maxName)
    errors.push({ path: '/name', message: `must have at most ${maxName} characters` });
  for (const field of ['name', 'providerGameId'] as const)
    if (unprintable.test(entry[field]))
      errors.push({ path: `/${field}`, message: 'has a character that no page shows' });
  for (const [field, isOfForm] of Object.entries(itemForms)) {
    const items = (entry as Readonly<Record<string, unknown>>)[field] as readonly string[] | undefined;
    const place = items?.findIndex((item) => !isOfForm(item)) ?? -1;
    if (place >= 0) errors.push({ path: `/${field}/${place}`, message: 'is not known' });
  }
  return errors;
}

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** Names of regions that are no countries. */
const noCountries = new Set(['EU', 'EZ', 'UN', 'ZZ']);

/** An ISO 3166-1 code that is in use: `UK` is written often, and no player lives there. */
function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || noCountries.has(code)) return false;
  return new Intl.Locale(`und-${code}`).region === code && regions.of(code) !== undefined;
}
