// @ts-check
/** Guards of the fence: restrictions, leases and limits. */

const posting = 'apps/wallet/migrations/0003-fence-and-limits.sql';
const limits = 'apps/wallet/src/store/limits.ts';
const launch = 'apps/game-sessions/src/use-cases/launch-game/launch-game.ts';
const sessionsFence = 'apps/game-sessions/src/store/fence.ts';
const denyList = 'apps/gateway/src/fence/deny-list.ts';
const sessionsSpec = 'apps/game-sessions/src/use-cases/apply-restriction/apply-restriction.int-spec.ts';
const limitsSpec = 'apps/wallet/test/limits.int-spec.ts';
const askRegister = 'apps/identity/src/ask-register.ts';
const registerRules = 'apps/identity/src/domain/national-register.ts';
const registersSpec = 'apps/identity/test/national-registers.e2e-spec.ts';
const registerEntriesSpec = 'apps/identity/test/register-entries.e2e-spec.ts';

/** @type {import('../mutate.mjs').Removal[]} */
export const fence = [
  {
    name: 'a restricted player places no bet',
    file: posting,
    guard: `ELSIF a.restrictions & no_bets <> 0 THEN refusal := 'wallet.player-restricted';`,
    instead: '',
    suite: 'apps/wallet/test/edge-cases-rounds.int-spec.ts',
    test: '',
  },
  {
    name: 'a stake needs a lease',
    file: posting,
    guard: `IF leased IS NOT TRUE THEN refusal := 'wallet.fence-unavailable';
        ELSIF a.restrictions`,
    instead: `IF a.restrictions`,
    suite: limitsSpec,
    test: 'a stake has no verdict',
  },
  {
    name: 'the lease is read after the locks',
    file: posting,
    guard: 'SELECT valid_until > clock_timestamp() INTO leased FROM fence_lease;',
    instead: 'SELECT valid_until > now() INTO leased FROM fence_lease;',
    suite: limitsSpec,
    test: 'the lease is read when the locks are held',
  },
  {
    name: 'no lease is no refusal',
    file: 'apps/wallet/src/store/posting-engine.ts',
    guard: `if ('refused' in verdict && verdict.refused === 'wallet.fence-unavailable') {`,
    instead: `if ('refused' in verdict && verdict.refused === 'request.not-found') {`,
    suite: limitsSpec,
    test: 'a stake has no verdict',
  },
  {
    name: 'limits are checked',
    file: posting,
    guard: 'OR total > limit_amount[i] THEN',
    instead: 'OR total > limit_amount[i] + 1000000 THEN',
    suite: limitsSpec,
    test: '200 bets at once',
  },
  {
    name: 'a rollback gives back to its own window',
    file: posting,
    guard: `IF kind = 'rollback' THEN window_start := limit_window_start(limit_period[i], o.created_at, limit_zone[i]); END IF;`,
    instead: '',
    suite: limitsSpec,
    test: 'a window that is over counts no more',
  },
  {
    name: 'a refused unit takes nothing of a limit',
    file: posting,
    guard:
      'FOR i IN REVERSE cardinality(undo_limit)..1 LOOP limit_used[undo_limit[i]] := undo_used[i]; END LOOP;',
    instead: '',
    suite: limitsSpec,
    test: 'wagers count stakes',
  },
  {
    name: 'deposits are counted under the lock',
    file: limits,
    guard: 'SELECT restrictions FROM anchor WHERE player_id = $1 FOR NO KEY UPDATE',
    instead: 'SELECT restrictions FROM anchor WHERE player_id = $1',
    suite: limitsSpec,
    test: '200 at once never exceed',
  },
  {
    name: 'a restricted player deposits nothing',
    file: limits,
    guard: `if (anchor.restrictions & restriction.noDeposits) return 'wallet.player-restricted';`,
    instead: '',
    suite: limitsSpec,
    test: 'are refused to a restricted player',
  },
  {
    name: 'a deposit needs a lease',
    file: limits,
    guard: 'if (!state?.leased) throw new FenceUnavailable();',
    instead: 'if (!state) throw new FenceUnavailable();',
    suite: limitsSpec,
    test: 'are refused to a restricted player',
  },
  {
    name: 'older limits change nothing',
    file: limits,
    guard: 'WHERE s.epoch < excluded.epoch RETURNING 1',
    instead: 'RETURNING 1',
    suite: limitsSpec,
    test: 'an older epoch changes nothing',
  },
  {
    name: 'a launch passes the fence',
    file: launch,
    guard: `if (verdict === 'forbidden') return 'identity.player-restricted';`,
    instead: '',
    suite: sessionsSpec,
    test: 'refuses launches and ends open sessions',
  },
  {
    name: 'a launch needs a lease',
    file: launch,
    guard: `if (verdict === 'unknown') throw new FenceUnavailable();`,
    instead: '',
    suite: sessionsSpec,
    test: 'starts nothing without a lease',
  },
  {
    name: 'launches and restrictions wait for each other',
    file: sessionsFence,
    guard: 'SELECT FROM player_fence WHERE player_id = $1 FOR SHARE',
    instead: 'SELECT FROM player_fence WHERE player_id = $1',
    suite: sessionsSpec,
    test: 'a launch under way is waited for',
  },
  {
    name: 'the limit on time of play ends bets where no call presents a session',
    file: 'apps/game-sessions/src/use-cases/handle-callback/serve-command.ts',
    guard: 'if (!(await this.sessions.areOver(origin.brand, provider, playerId))) return undefined;',
    instead: 'return undefined;',
    suite: 'apps/game-sessions/src/use-cases/handle-callback/sessions-of-calls.int-spec.ts',
    test: 'end with the limit on time of play',
  },
  {
    name: 'an older epoch changes nothing in game-sessions',
    file: sessionsFence,
    guard: 'WHERE f.epoch < excluded.epoch',
    instead: 'WHERE true',
    suite: sessionsSpec,
    test: 'is not changed by an older epoch',
  },
  {
    name: 'sessions of the restricted end',
    file: sessionsFence,
    guard: `FROM changed WHERE 'launch' = ANY (forbids)`,
    instead: 'FROM changed WHERE false',
    suite: sessionsSpec,
    test: 'refuses launches and ends open sessions',
  },
  {
    name: 'a closed account is forbidden everything by every touchpoint',
    file: 'apps/identity/src/domain/eligibility.ts',
    guard: `status: status === 'pending' ? 'active' : status, restrictedBy`,
    instead: `status: 'active', restrictedBy`,
    suite: 'apps/identity/src/domain/eligibility.spec.ts',
    test: 'of a closed account',
  },
  {
    name: 'the edge denies',
    file: denyList,
    guard: 'this.denied.get(playerId)?.forbids.includes(action)',
    instead: 'this.denied.get(playerId)?.forbids.includes(action) === undefined',
    suite: 'apps/gateway/src/fence/deny-list.spec.ts',
    test: 'denies what is forbidden',
  },
  {
    name: 'the edge needs a lease',
    file: denyList,
    guard: 'if (this.clock() >= this.leasedUntil) {',
    instead: 'if (this.clock() < -1) {',
    suite: 'apps/gateway/src/fence/deny-list.spec.ts',
    test: 'lets nobody in before its first lease',
  },
  {
    name: 'an older epoch changes nothing at the edge',
    file: denyList,
    guard: 'if ((this.denied.get(playerId)?.epoch ?? -1) < epoch)',
    instead: 'if (epoch >= 0)',
    suite: 'apps/gateway/src/fence/deny-list.spec.ts',
    test: 'is not changed by an older message',
  },
  {
    name: 'who becomes the same person while a restriction waits is restricted too',
    file: 'apps/identity/src/store/fences.ts',
    guard: 'if (!root.isRoot) continue;',
    instead: '',
    suite: 'apps/identity/src/store/fences.int-spec.ts',
    test: 'are locked together',
  },
  {
    name: 'a touchpoint says at once what it has caught up with',
    file: 'libs/messaging/src/fence-keeper.ts',
    guard: 'if (reached > applied) await this.askOnce();',
    instead: '',
    suite: 'libs/messaging/test/fence-keeper.int-spec.ts',
    test: 'says at once that it has',
  },
  {
    name: 'silence of a national register is no consent',
    file: askRegister,
    guard: `if (answer === undefined) return 'unavailable';`,
    instead: `if (answer === undefined) return 'open';`,
    suite: registersSpec,
    test: 'let nobody in on',
  },
  {
    name: 'an entry of a national register reaches the whole group',
    file: askRegister,
    guard: 'await restrict(db, group, {',
    instead: 'await restrict(db, { ...group, personIds: [personId] }, {',
    suite: registerEntriesSpec,
    test: 'restricts whom the account was linked to',
  },
  {
    name: 'a national register is asked again',
    file: registerRules,
    guard: 'return now.getTime() - known.askedAt.getTime() < maximumAgeHours * 3_600_000;',
    instead: 'return now >= known.askedAt;',
    suite: registersSpec,
    test: 'are asked again when the answer is too old',
  },
  {
    name: 'a national register that knows nobody ends nothing',
    file: registerRules,
    guard: `if (answer === 'clear') return { restricts: false, ends: [] };`,
    instead: '',
    suite: registerEntriesSpec,
    test: 'needs two people',
  },
];
