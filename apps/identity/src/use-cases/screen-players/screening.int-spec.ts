import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  accountCommands,
  identityQueries,
  screeningCommands,
  screeningQueries,
  type ScreeningCaseDto,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { codeOf, type Surroundings, valueOf } from '../../../test/identity-fixture';
import { KycUnderTest } from '../../../test/kyc-under-test';
import { Screening } from '../../screening';
import { runScreeningCommand } from '../load-sanctions-list/screening-command';

const header = 'id,kind,name,aliases,birthDate,country';
const actor = { kind: 'client' as const, id: 'client:compliance' };

describe('sanctions screening', () => {
  let kyc: KycUnderTest;
  let around: Surroundings;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'screening-'));
    kyc = await KycUnderTest.start();
    ({ around } = kyc);
  });
  afterAll(async () => {
    await kyc.stop();
    await rm(folder, { recursive: true });
  });

  const load = async (rows: string[], ...options: string[]) => {
    const file = join(folder, 'list.csv');
    await writeFile(file, [header, ...rows].join('\n'));
    const lines: string[] = [];
    const args = ['load', '--list', 'demo', file, ...options];
    const code = await runScreeningCommand(around.database, args, (line) => lines.push(line));
    return { code, text: lines.join('\n') };
  };
  const matches = async (name: string, more: { dateOfBirth?: string; country?: string } = {}) =>
    valueOf(await around.client.call(screeningQueries.screenName, { name, ...more })).matches;
  const idsOf = async (name: string) => (await matches(name)).map(({ entryId }) => entryId);
  const shows = async (name: string, ids: string[]) => {
    const seen = await waitFor(async () => isDeepStrictEqual(await idsOf(name), ids), { timeoutMs: 10_000 });
    expect(seen).toBe(true);
  };
  const casesOf = async (playerId: string): Promise<ScreeningCaseDto[]> => {
    const page = valueOf(
      await around.client.call(screeningQueries.listScreeningCases, { brand: 'demo', limit: 200 }),
    );
    return page.items.filter((one) => one.playerId === playerId);
  };
  const screened = () =>
    waitFor(
      async () =>
        (await around.count('player_screening', 'epoch < (SELECT epoch FROM screening_state)')) === 0,
    );
  const decide = (caseId: string, decision: 'confirm' | 'dismiss', evidence?: string) =>
    around.client.call(screeningCommands.decideScreeningCase, {
      ...{ brand: 'demo', caseId, decision, reason: 'looked at', actor },
      ...(evidence !== undefined && { evidence }),
    });

  const clerk = '1,person,"ALDERMANN, Henrik",The Clerk;Gustav Nordström,1961-04-17,MT';
  const ferry = '2,organisation,OLD FERRY LTD,,,';
  const others = [...'abcdefgh'].map((letter, i) => `${10 + i},person,"SOMEBODY${letter}, Else",,,`);

  /** For a test that runs alone too. */
  const loadSome = () => load([clerk, ferry, ...others.slice(2)], '--allow-shrink');

  it('loads a list, finds by name and alias, and says what a new version changed', async () => {
    expect(await load([clerk, ferry, ...others])).toEqual({
      code: 0,
      text: 'demo version 1: 10 entries, 10 added, 0 changed, 0 removed',
    });
    await shows('Henrik Aldermonn', ['demo-1']);
    const [hit] = await matches('Henrik Aldermonn', { dateOfBirth: '1961-04-17', country: 'MT' });
    expect(hit).toMatchObject({ entryId: 'demo-1', list: 'demo', name: 'ALDERMANN, Henrik', score: 1 });
    expect(hit?.explanation).toContain('"aldermonn" and "aldermann" are one edit apart');
    expect(await idsOf('gustav nordstrom')).toEqual(['demo-1']);
    expect(await idsOf('Густав Нордстрём')).toEqual(['demo-1']);
    expect(await matches('Somebody Quite Different')).toEqual([]);
    expect((await load([clerk, ferry, ...others])).text).toContain('0 added, 0 changed, 0 removed');

    const renamed = ferry.replace('OLD FERRY', 'NEW FERRY');
    expect((await load([clerk, renamed, ...others.slice(1)])).text).toBe(
      'demo version 2: 9 entries, 0 added, 1 changed, 1 removed',
    );
    await shows('Old Ferry Limited', []);
    expect(await idsOf('New Ferry Limited')).toEqual(['demo-2']);
    const lists = valueOf(await around.client.call(screeningQueries.listScreeningLists, {}));
    expect(lists.items).toEqual([
      expect.objectContaining({ list: 'demo', version: 2, changed: 1, removed: 1 }),
    ]);
  });

  it.each<[string, string[], RegExp]>([
    ['no entries', [], /no entries/],
    ['an id twice', [clerk, clerk], /comes twice/],
    ['half of the entries', [clerk, ferry], /allow-shrink/],
    ['a column less', ['1,person,"X",,'], /refused/],
    ['a name without end', [clerk.replace('The Clerk', 'x'.repeat(500))], /longer than/],
  ])('refuses %s and changes nothing', async (_what, rows, message) => {
    const before = await around.count('screening_entry');
    const { code, text } = await load(rows);
    expect(code).toBe(1);
    expect(text).toMatch(message);
    expect(text).toContain('nothing was changed');
    expect(await around.count('screening_entry')).toBe(before);
    expect(await matches('Henrik Aldermann')).toHaveLength(1);
  });

  it('shows nothing of a load that broke off, and the next load sweeps it', async () => {
    await around.database.query(
      `WITH e AS (INSERT INTO screening_entry (list, source_id, kind, name, programs, birth_dates, countries, digest,
         valid_from) SELECT 'demo', 'broken', 'person', 'HALFWAY, Broken', '{}', '{}', '{}', '', epoch + 1
         FROM screening_state RETURNING id)
       INSERT INTO screening_name SELECT id, 'HALFWAY, Broken' FROM e`,
    );
    const visible = async () =>
      (await new Screening(around.database).lists()).find({ name: 'Broken Halfway' });
    expect(await visible()).toEqual([]);
    const later = others.slice(2);
    expect((await load([clerk, ferry, ...later], '--allow-shrink')).code).toBe(0);
    expect(await visible()).toEqual([]);
    expect(await around.count('screening_entry', `source_id = 'broken'`)).toBe(0);
  });

  it('reads what a load brought where nobody is screened, and all at once ask for it', async () => {
    await loadSome();
    const screening = new Screening(around.database);
    const find = async (name: string) => (await screening.find({ name })).map(({ sourceId }) => sourceId);
    const asked = await Promise.all(Array.from({ length: 20 }, () => find('Henrik Aldermann')));
    expect(asked).toEqual(Array.from({ length: 20 }, () => ['1']));
    expect(await find('Ottokar Vielfrass')).toEqual([]);
    const rows = [clerk, ferry, ...others.slice(2), '55,person,"VIELFRASS, Ottokar",,,'];
    expect((await load(rows)).code).toBe(0);
    expect(
      await waitFor(async () => (await find('Ottokar Vielfrass')).length === 1, { timeoutMs: 10_000 }),
    ).toBe(true);
    expect(await find('Henrik Aldermann')).toEqual(['1']);
    expect((await load(rows.slice(0, -1))).code).toBe(0);
    // neither who held the list before finds what is not on it any more, nor who reads it now
    for (const one of [screening, new Screening(around.database)]) {
      expect((await one.lists()).find({ name: 'Ottokar Vielfrass' })).toEqual([]);
    }
  });

  it('screens at registration; a hit is a case that explains itself, a name alone does not confirm', async () => {
    await loadSome();
    const { id } = await around.registered(
      around.form({
        firstName: 'Gustav',
        lastName: 'Nordstrom',
        dateOfBirth: '1962-12-10',
        country: 'SE',
        currency: 'SEK',
      }),
    );
    const clean = await around.registered();
    await screened();
    const [one, ...more] = await casesOf(id);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ entryId: 'demo-1', status: 'open', evidence: [] });
    expect(one?.explanation).toContain('the year of birth differs by one');
    expect(await casesOf(clean.id)).toEqual([]);
    // what explains the case repeats a name: it is not readable in the database
    const [row] = await around.database.query<{ explanation: Buffer }>(
      'SELECT explanation FROM screening_case LIMIT 1',
    );
    expect(row?.explanation.toString('latin1').toLowerCase()).not.toContain('nordstr');

    // it makes checks due, and whoever passes them waits for the decision all the same
    await kyc.pass(id, 'identity');
    const file = await kyc.of(id);
    expect(file.triggers).toMatchObject([{ trigger: 'sanctions-hit', checks: ['identity'] }]);
    expect(file).toMatchObject({ due: [], withdrawalsHeld: true });
    // what the wallet is told, too
    expect(await around.count('kyc_file', `player_id = '${id}' AND held`)).toBe(1);

    expect(codeOf(await decide(one?.id ?? '', 'confirm'))).toBe('identity.evidence-missing');
    expect(codeOf(await decide(one?.id ?? '', 'dismiss'))).toBe('ok');
    expect((await kyc.of(id)).withdrawalsHeld).toBe(false);
    expect(codeOf(await decide(one?.id ?? '', 'dismiss'))).toBe('ok');
    expect(codeOf(await decide(one?.id ?? '', 'confirm', 'passport'))).toBe(
      'identity.screening-case-decided',
    );
    expect(codeOf(await decide('no-such-case', 'dismiss'))).toBe('identity.screening-case-not-found');
    expect(
      await around.count('audit_entry', `subject = '${id}' AND action = 'screening-case.dismissed'`),
    ).toBe(1);

    // a load that leaves the entry alone opens nothing, one that changes it opens a new case
    await load([clerk, ferry, ...others]);
    await screened();
    expect(await casesOf(id)).toHaveLength(1);
    await load([clerk.replace('The Clerk', 'The Cleric'), ferry, ...others]);
    await screened();
    expect((await casesOf(id)).map(({ status }) => status)).toEqual(['open', 'dismissed']);
  });

  it('screens again whose check was passed and whose name was corrected', async () => {
    await loadSome();
    const { id } = await around.registered(around.form({ lastName: 'Aldermann', dateOfBirth: '1961-04-17' }));
    await screened();
    expect(await casesOf(id)).toEqual([]);
    const change = { playerId: id, brand: 'demo', actor, form: { firstName: 'Henrik' } };
    expect(codeOf(await around.client.call(accountCommands.changeProfile, change))).toBe('ok');
    await screened();
    expect(await casesOf(id)).toMatchObject([{ entryId: 'demo-1', status: 'open' }]);
    await around.database.query('DELETE FROM screening_case WHERE player_id = $1', [id]);
    await kyc.pass(id, 'identity');
    await screened();
    expect(await casesOf(id)).toMatchObject([{ entryId: 'demo-1', status: 'open' }]);
  });

  it('screens those behind a player whose data cannot be read', async () => {
    await loadSome();
    const spoilt = await around.registered();
    const listed = await around.registered(around.form({ firstName: 'Henrik', lastName: 'Aldermann' }));
    await screened();
    const [before] = await around.database.query<{ profile: Buffer }>(
      'SELECT profile FROM player WHERE id = $1',
      [spoilt.id],
    );
    await around.database.query(`UPDATE player SET profile = '\\x00' WHERE id = $1`, [spoilt.id]);
    await around.database.query('DELETE FROM screening_case WHERE player_id = $1', [listed.id]);
    // due before the other one
    await around.database.query(
      `UPDATE player_screening SET epoch = CASE player_id WHEN $1 THEN -1 ELSE -2 END WHERE player_id IN ($1, $2)`,
      [spoilt.id, listed.id],
    );
    await waitFor(async () => (await casesOf(listed.id)).length > 0);
    expect(await around.count('player_screening', `player_id = '${spoilt.id}' AND epoch < 0`)).toBe(1);
    await around.database.query('UPDATE player SET profile = $2 WHERE id = $1', [spoilt.id, before?.profile]);
    await screened();
  });

  it('screens everybody again when a list grows', async () => {
    const form = around.form({ firstName: 'Ottilie', lastName: 'Brandvold', dateOfBirth: '1971-05-05' });
    const { id } = await around.registered(form);
    await screened();
    expect(await casesOf(id)).toEqual([]);
    await load([clerk, ferry, ...others, '77,person,"BRANDVOLD, Ottilie",,1971-05-05,MT']);
    await screened();
    const [one] = await casesOf(id);
    expect(one).toMatchObject({ entryId: 'demo-77', evidence: ['birth-date', 'country'] });
    const { accessToken } = valueOf(await around.login(form.email));
    expect(codeOf(await decide(one?.id ?? '', 'confirm'))).toBe('ok');

    // whoever is confirmed is out, everywhere, and nobody alone lets them in again
    expect(codeOf(await around.client.call(identityQueries.authenticateSession, { accessToken }))).toBe(
      'auth.invalid-token',
    );
    const ask = { playerId: id, brand: 'demo', action: 'deposit' as const };
    expect(valueOf(await around.client.call(identityQueries.checkEligibility, ask))).toMatchObject({
      ...{ allowed: false, reasons: ['identity.operator-block'] },
    });
    expect(codeOf(await around.register(form, { brand: 'other' }))).toBe('identity.person-excluded');
    expect(codeOf(await decide(one?.id ?? '', 'confirm'))).toBe('ok');
    expect(await around.count('restriction', `player_id = '${id}'`)).toBe(1);
    expect(await around.count('fence_delivery', 'applied_at IS NULL')).toBe(0);
  });
});
