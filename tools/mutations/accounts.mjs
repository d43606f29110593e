// @ts-check
/** Guards of registration, logins, personal data and roles. */

const domain = 'apps/identity/src/domain';
const store = 'apps/identity/src/store';
const useCases = 'apps/identity/src/use-cases';
const register = `${useCases}/register-player/register-player.ts`;
const registrationSpec = `${domain}/decide-registration.spec.ts`;
const disguisesSpec = 'apps/identity/test/disguises.int-spec.ts';
const sessions = `${store}/sessions.ts`;
const sessionsSpec = `${useCases}/create-session/sessions.int-spec.ts`;
const passwordsSpec = 'apps/identity/test/passwords.int-spec.ts';
const rightsSpec = 'apps/identity/test/personal-rights.int-spec.ts';
const erasure = `${store}/erasure.ts`;
const erasureSpec = 'apps/identity/test/erasure.int-spec.ts';
const caller = 'apps/gateway/src/auth/caller.ts';
const rolesSpec = 'apps/gateway/src/staff.int-spec.ts';

/** @type {import('../mutate.mjs').Removal[]} */
export const accounts = [
  {
    name: 'nobody is let in a day too young',
    file: `${domain}/calendar.ts`,
    guard: 'day >= birth.day',
    instead: 'day >= birth.day - 1',
    suite: registrationSpec,
    test: '',
  },
  {
    name: 'who was born on 29 February waits for 1 March',
    file: `${domain}/calendar.ts`,
    guard: 'day >= birth.day',
    instead: 'day >= Math.min(birth.day, 28)',
    suite: registrationSpec,
    test: 'born on 2008-02-29',
  },
  {
    name: 'ages are counted where the player lives',
    file: `${domain}/decide-registration.ts`,
    guard: `dayIn(market?.timeZone ?? 'UTC', now)`,
    instead: `dayIn('UTC', now)`,
    suite: registrationSpec,
    test: 'in CA who was born',
  },
  {
    name: 'a birthday brings the cap of the age',
    file: 'apps/identity/src/limit-sets.ts',
    guard: 'await raiseLimitEpoch(this.database, playerId);',
    instead: 'await Promise.resolve();',
    suite: 'apps/identity/test/market-limits.int-spec.ts',
    test: 'follow the age',
  },
  {
    name: 'one account for a mailbox',
    file: register,
    guard: `{ kind: 'email', digest: index.mailbox },`,
    instead: '',
    suite: disguisesSpec,
    test: 'the address with a tag',
  },
  {
    name: 'one account for a number',
    file: register,
    guard: `...(index.phone ? [{ kind: 'phone' as const, digest: index.phone }] : []),`,
    instead: '',
    suite: 'apps/identity/test/lifting.int-spec.ts',
    test: 'with the number or the mailbox alone',
  },
  {
    name: 'one account for a name however it is written',
    file: `${domain}/normalise.ts`,
    guard: '.map((part) => anyAscii(part).toLowerCase())',
    instead: '.map((part) => part.toLowerCase())',
    suite: disguisesSpec,
    test: 'the name without accents',
  },
  {
    name: 'one account for names in any order',
    file: `${domain}/normalise.ts`,
    guard: '    .sort()\n',
    instead: '',
    suite: disguisesSpec,
    test: 'the names swapped',
  },
  {
    name: 'a spent refresh token ends its session',
    file: `${useCases}/refresh-session/refresh-session.controller.ts`,
    guard: `if (reused !== undefined) await endSession(db, reused, 'refresh-reuse');`,
    instead: 'if (reused !== undefined) void endSession;',
    suite: sessionsSpec,
    test: 'when a spent token comes back',
  },
  {
    name: 'an ended session has no access token',
    file: sessions,
    guard: 'WHERE s.access_digest = $1 AND s.ended_at IS NULL AND',
    instead: 'WHERE s.access_digest = $1 AND',
    suite: sessionsSpec,
    test: 'is its logout, once',
  },
  {
    name: 'a suspended player has no access token',
    file: sessions,
    guard: `
        AND p.status = 'active'\``,
    instead: '`',
    suite: sessionsSpec,
    test: 'suspended stops at once',
  },
  {
    name: 'failures lock a login',
    file: `${domain}/lock-out.ts`,
    guard: 'if (failures < rule.maxFailures) return 0;',
    instead: 'if (failures <= rule.maxFailures) return 0;',
    suite: sessionsSpec,
    test: 'locks after the configured failures',
  },
  {
    name: 'a code of an authenticator is good once',
    file: `${store}/totps.ts`,
    guard: 'WHERE player_id = $1 AND last_step < $2 RETURNING',
    instead: 'WHERE player_id = $1 RETURNING',
    suite: 'apps/identity/test/second-factor.int-spec.ts',
    test: 'takes each code once',
  },
  {
    name: 'a recovery code is good once',
    file: `${store}/totps.ts`,
    guard: 'array_remove(recovery_digests, $2)',
    instead: 'recovery_digests',
    suite: 'apps/identity/test/second-factor.int-spec.ts',
    test: 'each recovery code once',
  },
  {
    name: 'a code of the back office is good once',
    file: `${store}/staff.ts`,
    guard: ' WHERE t.last_step < excluded.last_step',
    instead: '',
    suite: 'apps/identity/test/staff.int-spec.ts',
    test: 'no code is taken twice',
  },
  {
    name: 'a token of a mail is good once',
    file: `${store}/mails.ts`,
    guard: `DELETE FROM mail_token t USING player p
     WHERE`,
    instead: `UPDATE mail_token t SET digest = t.digest FROM player p
     WHERE`,
    suite: passwordsSpec,
    test: 'is reset by who reads the mail, once',
  },
  {
    name: 'a reset ends every session',
    file: `${useCases}/reset-password/reset-password.controller.ts`,
    guard: 'await revokeSessions(db, account.id);',
    instead: 'void revokeSessions;',
    suite: passwordsSpec,
    test: 'is reset by who reads the mail, once',
  },
  {
    name: 'a consent that holds already is no change',
    file: `${store}/consents.ts`,
    guard: 'WHERE granted IS DISTINCT FROM (',
    instead: 'WHERE true OR granted IS DISTINCT FROM (',
    suite: rightsSpec,
    test: 'the first of their history',
  },
  {
    name: 'the newest consent holds',
    file: `${store}/consents.ts`,
    guard: 'ORDER BY product, channel, id DESC`',
    instead: 'ORDER BY product, channel, id`',
    suite: rightsSpec,
    test: 'the first of their history',
  },
  {
    name: "an export has nobody else's consents",
    file: `${store}/consents.ts`,
    guard: 'WHERE player_id = $1 ORDER BY id DESC LIMIT $2',
    instead: 'WHERE $1::uuid IS NOT NULL ORDER BY id DESC LIMIT $2',
    suite: erasureSpec,
    test: 'exports everything first',
  },
  {
    name: "an export has nobody else's sessions",
    file: sessions,
    guard: 'WHERE player_id = $1 AND (NOT $2',
    instead: 'WHERE $1::uuid IS NOT NULL AND (NOT $2',
    suite: erasureSpec,
    test: 'exports everything first',
  },
  {
    name: "an export has nobody else's earlier profiles",
    file: `${store}/profiles.ts`,
    guard: 'WHERE player_id = $1 ORDER BY at DESC',
    instead: 'WHERE $1::uuid IS NOT NULL ORDER BY at DESC',
    suite: erasureSpec,
    test: 'exports everything first',
  },
  {
    name: 'an exclusion outlives the erasure',
    file: erasure,
    guard: `
       AND NOT EXISTS (SELECT FROM restriction WHERE person_id = ANY ($1))`,
    instead: '',
    suite: erasureSpec,
    test: 'still finds an excluded person',
  },
  {
    name: 'the retention is kept to its end',
    file: `${useCases}/erase-persons/erase-persons.ts`,
    guard: 'const years = this.config.retentionYears;',
    instead: 'const years = this.config.retentionYears - 1;',
    suite: erasureSpec,
    test: 'not a minute before',
  },
  {
    name: 'an erasure drops the key',
    file: erasure,
    guard: `await db.query('DELETE FROM person_key WHERE person_id = ANY ($1)', [personIds]);`,
    instead: '',
    suite: erasureSpec,
    test: 'not a minute before',
  },
  {
    name: 'a role has its scopes and no others',
    file: caller,
    guard: 'if (access.scope === undefined || !scopes.includes(access.scope)) {',
    instead: 'if (access.scope === undefined) {',
    suite: rolesSpec,
    test: 'let everybody do what the table says',
  },
  {
    name: 'a role that must not know sees nobody',
    file: caller,
    guard: 'if (access.personal && !personalData) {',
    instead: 'if (access.personal && !personalData && !access.scope) {',
    suite: rolesSpec,
    test: 'let everybody do what the table says',
  },
  {
    name: 'a program acts as who holds it',
    file: caller,
    guard: `if (caller.kind === 'client' && caller.heldBy !== undefined) return`,
    instead: `if (caller.kind === 'client' && caller.heldBy === '') return`,
    suite: 'apps/gateway/src/auth/caller.spec.ts',
    test: 'names the person whose program it is',
  },
  {
    name: 'lifting takes two people',
    file: `${store}/lifts.ts`,
    guard: `VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1`,
    instead: `VALUES ($1, $2 || gen_random_uuid()) RETURNING 1`,
    suite: 'apps/identity/test/lifting.int-spec.ts',
    test: 'takes two people',
  },
];
