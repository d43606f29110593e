-- Restrictions and limits. Identity is the authority; here are the copies that postings are decided by, kept under the
-- lock of the player's anchor. The bits of anchor.restrictions:
--       1  no bets       2  no deposits       4  no bonuses
--   65536  the player has limits that postings count: a player without them costs nothing

-- How long what we know of restrictions can be relied upon, on this database's clock. Every replica renews it, each time
-- with everything applied that identity had when it was asked.
CREATE TABLE fence_lease (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  sequence bigint NOT NULL,                           -- every restriction up to this one is applied
  valid_until timestamptz NOT NULL
) WITH (fillfactor = 50);
INSERT INTO fence_lease (sequence, valid_until) VALUES (0, '-infinity');

CREATE TYPE limit_kind AS ENUM ('deposit', 'loss', 'wager', 'stake');

-- The definitions that identity had at an epoch; an older epoch changes nothing.
CREATE TABLE limit_set (
  player_id uuid PRIMARY KEY,
  epoch bigint NOT NULL
);
CREATE TABLE player_limit (
  player_id uuid NOT NULL,
  kind limit_kind NOT NULL,
  period text NOT NULL CHECK (period IN ('day', 'week', 'month') OR kind = 'stake' AND period = 'bet'),
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  time_zone text NOT NULL,                            -- of the player: where days, weeks and months begin
  PRIMARY KEY (player_id, kind, period)
);
-- What was wagered or lost in a window. Below zero: more was won than lost.
CREATE TABLE limit_usage (
  player_id uuid NOT NULL,
  kind limit_kind NOT NULL,
  period text NOT NULL,
  window_start timestamptz NOT NULL,
  used bigint NOT NULL,
  PRIMARY KEY (player_id, kind, period, window_start)
) WITH (fillfactor = 50);
-- Every deposit that was asked for and did not fail: gross deposits are their sum, whenever a limit is set.
CREATE TABLE deposit_reservation (
  deposit_id uuid PRIMARY KEY,
  player_id uuid NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  reserved_at timestamptz NOT NULL
);
CREATE INDEX deposit_reservation_player ON deposit_reservation (player_id, reserved_at);

-- Where the window begins that holds the moment: midnight, Monday's or the first's, on the player's clock.
CREATE FUNCTION limit_window_start(period text, at timestamptz, time_zone text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE period WHEN 'bet' THEN '-infinity'::timestamptz ELSE date_trunc(period, at, time_zone) END
$$;

-- What the journal says was used of a limit since the window began; for a limit that is new or whose windows moved.
-- Rollbacks count where their originals do. Call it under the anchor's lock.
CREATE FUNCTION journal_usage(player uuid, kind limit_kind, currency text, since timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
  low bigint := 0; high bigint; middle bigint; reached timestamptz; used bigint;
BEGIN
  SELECT w.sequence + 1 INTO high FROM wallet w WHERE w.player_id = player AND w.currency = journal_usage.currency;
  -- The first movement of the window by halving: sequences have no gaps, and times follow them but for moments.
  WHILE high - low > 1 LOOP
    middle := (low + high) / 2;
    SELECT j.created_at INTO reached FROM journal j
      WHERE j.player_id = player AND j.currency = journal_usage.currency AND j.sequence = middle;
    IF reached < since - interval '10 seconds' THEN low := middle; ELSE high := middle; END IF;
  END LOOP;
  SELECT coalesce(sum(CASE WHEN journal_usage.kind = 'loss' THEN -j.real
      WHEN j.kind = 'bet' OR o.kind = 'bet' THEN -j.real - j.bonus - j.forfeited ELSE 0 END), 0) INTO used
    FROM journal j LEFT JOIN journal o ON j.kind = 'rollback' AND o.id = j.reference_id
    WHERE j.player_id = player AND j.currency = journal_usage.currency AND j.sequence > low
      AND j.kind IN ('bet', 'win', 'rollback') AND coalesce(o.created_at, j.created_at) >= since;
  RETURN used;
END $$;

-- Posts a batch of requests. A closed interpreter: domain/ compiles commands to instructions and holds the
-- reference model of these decisions (domain/reference-model.ts); property tests run both and compare.
--
-- Parallel arrays describe the batch. Players, wallets, rounds and keys are listed once each; the actions name
-- them by position (0: none). The actions of one unit are adjacent, move one wallet, and post all or none.
--   p_ref, p_ref2  keys that the action refers to; the first that was posted counts
--   p_group        the bet-group key that this bet opens
--   p_rules        bits, see the constants
--   p_event        what the caller knows of the event: members of a JSON object
-- Returns a row per action. Of a unit the last row counts: `refused` with a code, and the wallet afterwards.
-- `wallet.fence-unavailable` is no refusal: nothing was decided, because without a lease nobody knows whom it forbids.
CREATE FUNCTION post_batch_v2(
  p_player uuid[],
  p_wallet_player integer[], p_wallet_brand text[], p_wallet_currency text[],
  p_round_wallet integer[], p_round_provider text[], p_round_game text[], p_round_key text[], p_round_id uuid[],
  p_key_brand text[], p_key_provider text[], p_key_scope text[], p_key_kind posting_kind[], p_key_id text[],
  p_unit integer[], p_id uuid[], p_kind posting_kind[], p_wallet integer[], p_round integer[],
  p_key integer[], p_ref integer[], p_ref2 integer[], p_group integer[], p_grant uuid[],
  p_amount bigint[], p_hash bytea[], p_rules integer[], p_award text[],
  p_session text[], p_actor text[], p_source text[], p_received timestamptz[],
  p_trace text[], p_event text[]
) RETURNS TABLE (
  status text, code text, transaction_id uuid, posted_at timestamptz, balance_after bigint,
  wallet_real bigint, wallet_bonus bigint, wallet_locked bigint, version bigint, round_id uuid, round_closed boolean
)
LANGUAGE plpgsql VOLATILE
-- Fresh tables have no statistics: without these the planner scans them.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET jit = off
-- One plan for all sizes: after some small batches it would plan every statement of every call anew.
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  tombstone_unknown CONSTANT integer := 1;
  reverse_settled CONSTANT integer := 2;
  pay_without_bet CONSTANT integer := 4;
  -- bits of anchor.restrictions
  no_bets CONSTANT integer := 1;
  no_bonus CONSTANT integer := 4;
  has_limits CONSTANT integer := 65536;

  size CONSTANT integer := cardinality(p_unit);
  posted_now CONSTANT timestamptz := now();
  iso CONSTANT text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
  committed CONSTANT text := to_char(posted_now AT TIME ZONE 'UTC', iso);
  xact CONSTANT bigint := pg_current_xact_id()::text::bigint;

  -- The state that the batch works on, by position, and what of it is to be written.
  anchors anchor[]; wallets wallet[]; rounds round[]; keys movement_key[]; grants bonus_grant[];
  anchor_place tid[]; wallet_place tid[]; round_place tid[];
  wallet_changed boolean[]; round_changed boolean[]; key_fresh boolean[]; grant_changed boolean[];
  round_ids uuid[]; grant_ids uuid[]; wanted uuid[];
  -- Journal rows: first those loaded, then one for each event of this batch (null for an event without movement).
  lines journal[]; line_ids uuid[]; states movement_state[]; state_changed boolean[];
  loaded integer; last_line integer; written integer;
  event_type text[]; event_sequence bigint[]; event_id uuid[]; event_player text[]; event_trace text[]; event_data text[];

  -- The unit in hand, and what restores the state when it is refused.
  unit integer := 0; unit_lines integer; unit_late integer := 0; moved_line integer; refusal text;
  last_of_unit boolean; undoable boolean; undo_any boolean := true;
  undo_round integer[]; undo_rounds round[]; undo_key integer[]; undo_grant integer[]; undo_grants bonus_grant[];
  undo_state integer[]; undo_states movement_state[]; undo_limit integer[]; undo_used bigint[];

  leased boolean; restrictions integer;
  -- Limits of the players that have any, a player's side by side, and the current windows' usage.
  limit_first integer[]; limit_last integer[]; limit_player integer[]; limit_kind limit_kind[]; limit_period text[]; limit_currency text[];
  limit_amount bigint[]; limit_zone text[]; limit_start timestamptz[]; limit_used bigint[]; limit_changed boolean[];
  limits integer := 0; change bigint; window_start timestamptz;
  -- What rollbacks give back to windows that are over.
  late_limit integer[] := '{}'; late_start timestamptz[] := '{}'; late_change bigint[] := '{}';

  -- The action in hand: positions, rows, effects.
  ws integer; ps integer; rs integer; ks integer; fs integer; gs integer; os integer; bs integer;
  a anchor; w wallet; r round; k movement_key; f movement_key; g bonus_grant; o journal; j journal; s movement_state;
  kind posting_kind; amount bigint; outcome text; transaction uuid; tombstone uuid; fate text;
  d_real bigint; d_bonus bigint; d_locked bigint; forfeited bigint; wagered bigint; part bigint; total bigint;
  reference uuid; grant_used uuid; new_type text; new_data text; moves boolean; grant_moves boolean;

  out_status text[]; out_code text[]; out_id uuid[]; out_at timestamptz[]; out_after bigint[];
  out_real bigint[]; out_bonus bigint[]; out_locked bigint[]; out_version bigint[]; out_round uuid[]; out_closed boolean[];
BEGIN
  -- 1. Lock in player order: two batches that share players would deadlock otherwise. The rows come as they are after
  -- the wait. Nobody changes what they guard until the end, so that a row is found again where it was read (ctid).
  SELECT array_agg(x ORDER BY at), array_agg(place ORDER BY at), bit_or((x).restrictions) INTO anchors, anchor_place, restrictions
    FROM (SELECT x, x.ctid AS place, at FROM unnest(p_player) WITH ORDINALITY q(id, at) JOIN anchor x ON x.player_id = q.id
          ORDER BY x.player_id FOR NO KEY UPDATE OF x) locked;
  IF coalesce(cardinality(anchors), 0) < cardinality(p_player) THEN -- unknown players leave gaps
    SELECT array_agg(anchors[u.n] ORDER BY at), array_agg(anchor_place[u.n] ORDER BY at) INTO anchors, anchor_place
      FROM unnest(p_player) WITH ORDINALITY q(id, at)
      LEFT JOIN unnest(anchors) WITH ORDINALITY u(player_id, brand, default_currency, epoch, restrictions, event_sequence, n)
        ON u.player_id = q.id;
  END IF;

  -- 2. Read in later statements: each has a fresh snapshot, so what others committed during the wait is seen.
  -- The lease now, not at the start: the wait for the locks may have been longer than it.
  SELECT valid_until > clock_timestamp() INTO leased FROM fence_lease;
  SELECT array_agg(x ORDER BY at), array_agg(x.ctid ORDER BY at), array_agg(x.grant_id) FILTER (WHERE x.grant_id IS NOT NULL)
    INTO wallets, wallet_place, grant_ids
    FROM unnest(p_wallet_player, p_wallet_currency) WITH ORDINALITY q(player, currency, at)
    LEFT JOIN wallet x ON x.player_id = p_player[q.player] AND x.currency = q.currency;
  SELECT array_agg(x ORDER BY at), array_agg(x.ctid ORDER BY at), array_agg(coalesce(x.id, q.id) ORDER BY at),
      grant_ids || array_agg(x.grant_id) FILTER (WHERE x.grant_id IS NOT NULL)
    INTO rounds, round_place, round_ids, grant_ids
    FROM unnest(p_round_wallet, p_round_provider, p_round_game, p_round_key, p_round_id) WITH ORDINALITY
      q(wallet, provider, game, key, id, at)
    LEFT JOIN round x ON x.player_id = p_player[p_wallet_player[q.wallet]] AND x.provider = q.provider
      AND x.game_id = q.game AND x.provider_round_id = q.key;
  SELECT array_agg(x ORDER BY at), array_agg(x.transaction_id) FILTER (WHERE x.outcome = 'posted') INTO keys, wanted
    FROM unnest(p_key_brand, p_key_provider, p_key_scope, p_key_kind, p_key_id) WITH ORDINALITY
      q(brand, provider, scope, kind, id, at)
    LEFT JOIN movement_key x ON x.brand = q.brand AND x.provider = q.provider AND x.id_scope = q.scope
      AND x.kind = q.kind AND x.id = q.id;

  IF wanted IS NOT NULL THEN
    -- The originals, what they refer to, what reversed them, and the rounds of all.
    SELECT wanted || array_remove(array_agg(x.reference_id) || array_agg(m.reversed_by), NULL) INTO wanted
      FROM unnest(wanted) q(id) JOIN journal x ON x.id = q.id LEFT JOIN movement_state m ON m.transaction_id = x.id;
    SELECT array_agg(x ORDER BY x.id), array_agg(x.id ORDER BY x.id),
        array_agg(ROW(x.id, coalesce(m.reversed, 0), m.reversed_by, coalesce(m.settled, 0))::movement_state ORDER BY x.id),
        grant_ids || array_agg(x.grant_id) FILTER (WHERE x.grant_id IS NOT NULL)
      INTO lines, line_ids, states, grant_ids
      FROM (SELECT DISTINCT id FROM unnest(wanted) q(id)) q
      JOIN journal x ON x.id = q.id LEFT JOIN movement_state m ON m.transaction_id = x.id;
    SELECT rounds || array_agg(x ORDER BY x.id), round_place || array_agg(x.ctid ORDER BY x.id),
        round_ids || array_agg(x.id ORDER BY x.id), grant_ids || array_agg(x.grant_id) FILTER (WHERE x.grant_id IS NOT NULL)
      INTO rounds, round_place, round_ids, grant_ids
      FROM (SELECT DISTINCT player_id, provider, game_id, provider_round_id FROM unnest(lines) l
            WHERE l.round_id IS NOT NULL AND (round_ids IS NULL OR l.round_id <> ALL (round_ids))) l
      JOIN round x USING (player_id, provider, game_id, provider_round_id);
  END IF;
  grant_ids := grant_ids || array_remove(p_grant, NULL);
  IF cardinality(grant_ids) > 0 THEN
    SELECT array_agg(x ORDER BY x.id), array_agg(x.id ORDER BY x.id) INTO grants, grant_ids
      FROM (SELECT DISTINCT id FROM unnest(grant_ids) q(id)) q JOIN bonus_grant x ON x.id = q.id;
  END IF;
  IF restrictions & has_limits <> 0 THEN
    limit_first := array_fill(0, ARRAY[cardinality(p_player)]); limit_last := limit_first;
    SELECT array_agg(l.kind ORDER BY q.at), array_agg(l.period ORDER BY q.at), array_agg(l.currency ORDER BY q.at),
        array_agg(l.amount ORDER BY q.at), array_agg(l.time_zone ORDER BY q.at), array_agg(s.start ORDER BY q.at),
        array_agg(coalesce(u.used, 0) ORDER BY q.at), array_agg(q.at ORDER BY q.at)
      INTO limit_kind, limit_period, limit_currency, limit_amount, limit_zone, limit_start, limit_used, limit_player
      FROM unnest(p_player) WITH ORDINALITY q(id, at) JOIN player_limit l ON l.player_id = q.id AND l.kind <> 'deposit'
      CROSS JOIN LATERAL (SELECT limit_window_start(l.period, posted_now, l.time_zone) AS start) s
      LEFT JOIN limit_usage u ON u.player_id = q.id AND u.kind = l.kind AND u.period = l.period AND u.window_start = s.start;
    limits := coalesce(cardinality(limit_kind), 0);
    FOR i IN 1..limits LOOP
      ps := limit_player[i]; limit_last[ps] := i;
      IF limit_first[ps] = 0 THEN limit_first[ps] := i; END IF;
    END LOOP;
    limit_changed := array_fill(false, ARRAY[limits]);
  END IF;
  loaded := coalesce(cardinality(lines), 0);
  last_line := loaded;
  -- Whole from the start: an array whose first element is set at 5 begins at 5, and would shift against the others.
  wallet_changed := array_fill(false, ARRAY[cardinality(wallets)]);
  round_changed := array_fill(false, ARRAY[coalesce(cardinality(rounds), 0)]);
  key_fresh := array_fill(false, ARRAY[coalesce(cardinality(keys), 0)]);
  grant_changed := array_fill(false, ARRAY[coalesce(cardinality(grants), 0)]);
  state_changed := array_fill(false, ARRAY[loaded + size]);
  out_status := array_fill(NULL::text, ARRAY[size]); out_code := out_status;
  out_id := array_fill(NULL::uuid, ARRAY[size]); out_round := out_id;
  out_at := array_fill(NULL::timestamptz, ARRAY[size]);
  out_after := array_fill(NULL::bigint, ARRAY[size]);
  out_real := out_after; out_bonus := out_after; out_locked := out_after; out_version := out_after;
  out_closed := array_fill(NULL::boolean, ARRAY[size]);

  -- 3. Decide in order of arrival.
  FOR n IN 1..size LOOP
    IF p_unit[n] <> unit THEN
      unit := p_unit[n]; unit_lines := last_line; unit_late := cardinality(late_limit); moved_line := 0; refusal := NULL;
      ws := p_wallet[n]; ps := p_wallet_player[ws]; w := wallets[ws]; a := anchors[ps];
      IF undo_any THEN
        undo_round := '{}'; undo_rounds := '{}'; undo_key := '{}'; undo_grant := '{}'; undo_grants := '{}';
        undo_state := '{}'; undo_states := '{}'; undo_limit := '{}'; undo_used := '{}'; undo_any := false;
      END IF;
      IF a.player_id IS NULL OR a.brand <> p_wallet_brand[ws] THEN refusal := 'wallet.player-not-found';
      ELSIF w.player_id IS NULL THEN refusal := 'wallet.currency-mismatch';
      END IF;
    END IF;

    last_of_unit := n = size OR p_unit[n + 1] <> unit;
    <<decide>> BEGIN
      EXIT decide WHEN refusal IS NOT NULL;
      kind := p_kind[n]; amount := p_amount[n]; ks := p_key[n]; rs := p_round[n]; gs := NULL; os := NULL; bs := NULL; s := NULL; fate := NULL;
      outcome := 'posted'; transaction := p_id[n]; reference := NULL; grant_used := NULL; tombstone := NULL;
      d_real := 0; d_bonus := 0; d_locked := 0; forfeited := 0; wagered := 0; part := 0;
      moves := true; grant_moves := false; new_type := NULL; new_data := p_event[n];
      IF rs > 0 THEN r := rounds[rs]; ELSE r := NULL; END IF;
      IF amount < 0 AND kind <> 'adjustment' THEN
        RAISE EXCEPTION 'negative amount in %', p_id[n] USING ERRCODE = 'numeric_value_out_of_range';
      END IF;

      IF ks > 0 THEN
        k := keys[ks];
        IF k.outcome IS NOT NULL THEN
          IF k.request_hash IS NULL THEN refusal := 'wallet.movement-tombstoned';
          ELSIF k.request_hash <> p_hash[n] THEN refusal := 'wallet.movement-conflict';
          END IF;
          outcome := CASE k.outcome WHEN 'posted' THEN 'replayed' ELSE 'tombstoned' END;
          transaction := k.transaction_id; out_at[n] := k.created_at; moves := false;
          EXIT decide;
        END IF;
      END IF;

      -- The original: the first of the named keys that was posted.
      IF p_ref[n] > 0 THEN
        FOREACH fs IN ARRAY ARRAY[p_ref[n], p_ref2[n]] LOOP
          CONTINUE WHEN fs = 0 OR os IS NOT NULL;
          f := keys[fs];
          IF f.outcome = 'posted' THEN os := array_position(line_ids, f.transaction_id); o := lines[os]; s := states[os];
          ELSIF f.outcome = 'tombstoned' THEN tombstone := f.transaction_id;
          END IF;
        END LOOP;
        IF os IS NOT NULL THEN
          reference := o.id;
          IF o.player_id <> w.player_id THEN refusal := 'wallet.movement-conflict'; EXIT decide;
          ELSIF o.currency <> w.currency THEN refusal := 'wallet.currency-mismatch'; EXIT decide;
          END IF;
        END IF;
      END IF;

      CASE kind
      WHEN 'bet' THEN
        IF p_group[n] > 0 THEN f := keys[p_group[n]]; ELSE f := NULL; END IF;
        IF leased IS NOT TRUE THEN refusal := 'wallet.fence-unavailable';
        ELSIF a.restrictions & no_bets <> 0 THEN refusal := 'wallet.player-restricted';
        ELSIF f.outcome = 'tombstoned' THEN refusal := 'wallet.movement-tombstoned';
        ELSIF r.closed THEN refusal := 'wallet.round-closed';
        ELSIF r.currency <> w.currency THEN refusal := 'wallet.currency-mismatch';
        ELSIF w.real < 0 THEN refusal := 'wallet.debt-outstanding';
        END IF;
        EXIT decide WHEN refusal IS NOT NULL;
        -- Real money first, then the bonus of the active grant.
        g := NULL;
        IF w.grant_id IS NOT NULL THEN
          gs := array_position(grant_ids, w.grant_id); g := grants[gs]; fate := grant_fate(g, posted_now);
        END IF;
        part := greatest(amount - w.real, 0);
        IF part > 0 AND (fate IS DISTINCT FROM 'bonus' OR part > w.bonus) THEN refusal := 'wallet.insufficient-funds';
        ELSIF part > g.max_stake THEN refusal := 'wallet.stake-too-high';
        END IF;
        EXIT decide WHEN refusal IS NOT NULL;
        d_real := part - amount; d_bonus := -part;
        IF a.restrictions & has_limits <> 0 AND amount > 0 AND limit_first[ps] > 0 THEN
          FOR i IN limit_first[ps]..limit_last[ps] LOOP
            total := CASE limit_kind[i] WHEN 'stake' THEN amount WHEN 'wager' THEN limit_used[i] + amount ELSE limit_used[i] - d_real END;
            IF limit_currency[i] <> w.currency OR total > limit_amount[i] THEN
              refusal := 'wallet.limit-exceeded'; EXIT decide;
            END IF;
          END LOOP;
        END IF;
        IF fate = 'bonus' THEN
          wagered := amount * g.weight_basis_points; g.progress := g.progress + wagered;
          grant_used := g.id; grant_moves := true;
        END IF;
        new_type := 'bet-placed';

      WHEN 'win' THEN
        IF r.currency <> w.currency THEN refusal := 'wallet.currency-mismatch';
        ELSIF p_award[n] IS NOT NULL THEN NULL; -- needs no bet
        ELSIF p_ref[n] > 0 AND (tombstone IS NOT NULL OR s.reversed_by IS NOT NULL)
          OR p_ref[n] = 0 AND r.bets = 0 AND r.rolled_back > 0 THEN refusal := 'wallet.bet-already-rolled-back';
        ELSIF p_rules[n] & pay_without_bet = 0
          AND (p_ref[n] > 0 AND os IS NULL OR p_ref[n] = 0 AND coalesce(r.bets, 0) = 0) THEN
          refusal := 'wallet.bet-not-found';
        END IF;
        EXIT decide WHEN refusal IS NOT NULL;
        total := r.stake_real + r.stake_bonus;
        IF r.stake_bonus > 0 THEN
          part := div(amount::numeric * r.stake_bonus, total);
          grant_used := r.grant_id;
          fate := grant_fate(grants[array_position(grant_ids, grant_used)], posted_now);
        END IF;
        d_real := amount - part;
        new_type := 'win-credited';

      WHEN 'rollback' THEN
        IF os IS NULL THEN
          moves := false;
          IF tombstone IS NOT NULL THEN outcome := 'tombstoned'; transaction := tombstone; EXIT decide; END IF;
          IF p_rules[n] & tombstone_unknown = 0 THEN refusal := 'wallet.original-not-found'; EXIT decide; END IF;
          outcome := 'tombstoned'; new_type := 'rollback-tombstoned';
          new_data := jsonb_strip_nulls(jsonb_build_object('tombstoneId', transaction, 'playerId', w.player_id,
            'brand', a.brand, 'provider', p_key_provider[ks], 'providerTxId', p_key_id[ks],
            'originalId', p_key_id[p_ref[n]], 'roundId', r.id, 'committedAt', committed));
        ELSIF s.reversed_by IS NOT NULL THEN
          outcome := 'replayed'; transaction := s.reversed_by; moves := false; EXIT decide;
        ELSIF o.kind NOT IN ('bet', 'win') THEN refusal := 'wallet.original-not-found'; EXIT decide;
        ELSE
          IF o.round_id IS NULL THEN rs := 0; r := NULL;
          ELSE rs := array_position(round_ids, o.round_id); r := rounds[rs];
          END IF;
          IF o.kind = 'bet' AND p_rules[n] & reverse_settled = 0 AND (s.settled > 0 OR r.wins > 0 OR r.closed) THEN
            refusal := 'wallet.original-settled'; EXIT decide;
          END IF;
          -- Exactly as it was split; of a partial rollback the shares of what was and is reversed.
          total := abs(o.real) + abs(o.bonus);
          amount := least(coalesce(amount, total), total - s.reversed);
          IF total > 0 THEN
            part := div(abs(o.bonus)::numeric * (s.reversed + amount), total) - div(abs(o.bonus)::numeric * s.reversed, total);
            wagered := div(o.wagered::numeric * s.reversed, total) - div(o.wagered::numeric * (s.reversed + amount), total);
          END IF;
          s.reversed := s.reversed + amount;
          IF s.reversed = total THEN s.reversed_by := transaction; END IF;
          d_real := amount - part; grant_used := o.grant_id;
          IF grant_used IS NOT NULL THEN
            gs := array_position(grant_ids, grant_used); g := grants[gs]; fate := grant_fate(g, posted_now);
            g.progress := g.progress + wagered; grant_moves := wagered <> 0;
          END IF;
          IF o.kind = 'win' THEN
            bs := array_position(line_ids, o.reference_id);
            d_real := -d_real;
          END IF;
          new_type := 'transaction-rolled-back'; new_data := new_data || ',"originalKind":"' || o.kind || '"';
        END IF;

      WHEN 'deposit' THEN d_real := amount;
      WHEN 'adjustment' THEN
        IF amount < 0 AND w.real + amount < 0 THEN refusal := 'wallet.insufficient-funds'; EXIT decide; END IF;
        d_real := amount; new_type := 'balance-adjusted';
      WHEN 'withdrawal-reserve' THEN
        IF w.real < amount THEN refusal := 'wallet.insufficient-funds'; EXIT decide; END IF;
        d_real := -amount; d_locked := amount;
      WHEN 'withdrawal-pay', 'withdrawal-release' THEN
        IF os IS NULL THEN refusal := 'wallet.original-not-found';
        ELSIF s.reversed_by IS NOT NULL THEN refusal := 'wallet.original-settled';
        END IF;
        EXIT decide WHEN refusal IS NOT NULL;
        s.reversed := o.locked; s.reversed_by := transaction; d_locked := -o.locked;
        IF kind = 'withdrawal-release' THEN d_real := o.locked; END IF;
      WHEN 'bonus-grant' THEN
        IF leased IS NOT TRUE THEN refusal := 'wallet.fence-unavailable'; EXIT decide;
        ELSIF a.restrictions & no_bonus <> 0 THEN refusal := 'wallet.player-restricted'; EXIT decide;
        END IF;
        gs := array_position(grant_ids, p_grant[n]);
        IF gs IS NULL THEN refusal := 'wallet.original-not-found'; EXIT decide; END IF;
        g := grants[gs];
        IF g.player_id <> w.player_id OR g.currency <> w.currency THEN refusal := 'wallet.original-not-found';
        ELSIF g.status <> 'reserved' THEN refusal := 'wallet.original-settled';
        ELSIF w.grant_id IS NOT NULL AND (w.bonus > 0
          OR grant_fate(grants[array_position(grant_ids, w.grant_id)], posted_now) = 'bonus') THEN
          refusal := 'wallet.movement-conflict';
        END IF;
        EXIT decide WHEN refusal IS NOT NULL;
        g.status := 'active'; w.grant_id := g.id; grant_used := g.id; grant_moves := true; d_bonus := g.amount;
      WHEN 'close-round' THEN
        moves := false;
        IF r.id IS NULL THEN refusal := 'wallet.bet-not-found'; EXIT decide;
        ELSIF r.closed THEN outcome := 'replayed'; transaction := r.id; EXIT decide;
        END IF;
        j := NULL;
        IF moved_line > 0 THEN j := lines[moved_line]; END IF;
        IF j.round_id = r.id THEN
          j.round_closed := true; lines[moved_line] := j;
        ELSE
          new_type := 'round-closed';
          new_data := jsonb_build_object('playerId', w.player_id, 'brand', a.brand, 'provider', r.provider,
            'gameId', r.game_id, 'roundId', r.id, 'providerRoundId', r.provider_round_id, 'committedAt', committed);
        END IF;
      END CASE;

      -- The share of a grant goes where the grant's state sends it; taking back what is spent makes a debt.
      IF kind = 'win' OR kind = 'rollback' AND moves AND o.kind = 'bet' THEN
        IF fate = 'real' THEN d_real := d_real + part;
        ELSIF fate = 'bonus' THEN d_bonus := part;
        ELSE forfeited := part;
        END IF;
      ELSIF kind = 'rollback' AND moves THEN
        IF fate = 'real' THEN d_real := d_real - part;
        ELSIF fate = 'bonus' THEN d_bonus := -least(part, w.bonus); d_real := d_real - part - d_bonus;
        ELSE forfeited := -part;
        END IF;
      END IF;

      -- Keep, remembering what was there when a later action of the unit can still be refused: to close the round of a
      -- bet or win, always the last action, cannot.
      undoable := NOT (last_of_unit OR kind IN ('bet', 'win') AND p_kind[n + 1] = 'close-round' AND p_round[n + 1] = rs);
      undo_any := undo_any OR undoable;
      IF rs > 0 AND (moves OR kind = 'close-round') THEN
        IF undoable THEN undo_round := undo_round || rs; undo_rounds := undo_rounds || rounds[rs]; END IF;
        IF r.id IS NULL THEN
          r := ROW(w.player_id, p_round_provider[rs], p_round_game[rs], p_round_key[rs], p_round_id[rs], w.currency,
            0, 0, NULL, 0, 0, 0, 0, 0, false)::round;
        END IF;
        IF kind = 'bet' THEN
          r.bets := r.bets + 1; r.stake_real := r.stake_real + amount - part; r.stake_bonus := r.stake_bonus + part;
          IF part > 0 THEN r.grant_id := grant_used; END IF;
        ELSIF kind = 'win' THEN
          r.won_real := r.won_real + amount - part; r.won_bonus := r.won_bonus + part;
          IF os IS NULL THEN r.wins := r.wins + 1; END IF;
        ELSIF kind = 'close-round' THEN r.closed := true;
        ELSIF o.kind = 'bet' THEN
          r.stake_real := r.stake_real - amount + part; r.stake_bonus := r.stake_bonus - part;
          IF s.reversed_by IS NOT NULL THEN r.bets := r.bets - 1; r.rolled_back := r.rolled_back + 1; END IF;
        ELSE
          r.won_real := r.won_real - amount + part; r.won_bonus := r.won_bonus - part;
          IF s.reversed_by IS NOT NULL AND bs IS NULL THEN r.wins := r.wins - 1; END IF;
        END IF;
        rounds[rs] := r; round_changed[rs] := true;
      END IF;
      IF grant_moves THEN
        IF undoable THEN undo_grant := undo_grant || gs; undo_grants := undo_grants || grants[gs]; END IF;
        grants[gs] := g; grant_changed[gs] := true;
      END IF;
      IF os IS NOT NULL THEN
        IF undoable THEN undo_state := undo_state || os; undo_states := undo_states || states[os]; END IF;
        IF kind = 'win' THEN s.settled := s.settled + 1; END IF;
        states[os] := s; state_changed[os] := true;
        IF bs IS NOT NULL AND s.reversed_by IS NOT NULL THEN
          IF undoable THEN undo_state := undo_state || bs; undo_states := undo_states || states[bs]; END IF;
          s := states[bs]; s.settled := s.settled - 1; states[bs] := s; state_changed[bs] := true;
        END IF;
      END IF;
      -- What counts against a limit: of a wager the stake, of a loss the real money; a rollback gives back to the window
      -- that its original was counted in.
      IF a.restrictions & has_limits <> 0 AND moves AND kind IN ('bet', 'win', 'rollback') AND limit_first[ps] > 0 THEN
        FOR i IN limit_first[ps]..limit_last[ps] LOOP
          CONTINUE WHEN limit_kind[i] = 'stake' OR limit_currency[i] <> w.currency;
          change := CASE WHEN limit_kind[i] = 'loss' THEN -d_real WHEN kind = 'bet' THEN amount
            WHEN kind = 'rollback' AND o.kind = 'bet' THEN -amount ELSE 0 END;
          CONTINUE WHEN change = 0;
          window_start := limit_start[i];
          IF kind = 'rollback' THEN window_start := limit_window_start(limit_period[i], o.created_at, limit_zone[i]); END IF;
          IF window_start = limit_start[i] THEN
            IF undoable THEN undo_limit := undo_limit || i; undo_used := undo_used || limit_used[i]; END IF;
            limit_used[i] := limit_used[i] + change; limit_changed[i] := true;
          ELSE
            late_limit := late_limit || i; late_start := late_start || window_start; late_change := late_change || change;
          END IF;
        END LOOP;
      END IF;
      IF ks > 0 THEN
        IF undoable THEN undo_key := undo_key || ks; END IF;
        keys[ks] := ROW(p_key_brand[ks], p_key_provider[ks], p_key_scope[ks], p_key_kind[ks], p_key_id[ks],
          outcome, p_hash[n], transaction, posted_now)::movement_key;
        key_fresh[ks] := true;
        -- A tombstone takes the keys of what it names; a bet opens its group.
        IF outcome = 'tombstoned' OR p_group[n] > 0 THEN
          FOREACH fs IN ARRAY CASE WHEN outcome = 'tombstoned' THEN ARRAY[p_ref[n], p_ref2[n]] ELSE ARRAY[p_group[n]] END LOOP
            CONTINUE WHEN fs = 0;
            f := keys[fs];
            CONTINUE WHEN f.outcome IS NOT NULL;
            IF undoable THEN undo_key := undo_key || fs; END IF;
            keys[fs] := ROW(p_key_brand[fs], p_key_provider[fs], p_key_scope[fs], p_key_kind[fs], p_key_id[fs],
              outcome, NULL, transaction, posted_now)::movement_key;
            key_fresh[fs] := true;
          END LOOP;
        END IF;
      END IF;

      IF moves OR new_type IS NOT NULL THEN
        last_line := last_line + 1;
        IF moves THEN
          w.real := w.real + d_real; w.bonus := w.bonus + d_bonus; w.locked := w.locked + d_locked;
          w.sequence := w.sequence + 1; wallet_changed[ws] := true;
          lines[last_line] := ROW(transaction, w.player_id, w.currency, w.sequence, kind, a.brand, p_key_provider[ks],
            p_key_id[ks], d_real + d_bonus + d_locked, d_real, d_bonus, d_locked, forfeited, wagered,
            w.real + w.bonus + w.locked, r.game_id, r.provider_round_id, r.id, CASE WHEN kind IN ('bet', 'win', 'rollback') THEN false END, reference, grant_used, CASE kind WHEN 'rollback' THEN o.award ELSE p_award[n] END,
            p_session[n], p_actor[n], p_source[n], p_received[n], posted_now)::journal;
          moved_line := last_line;
        ELSE
          lines[last_line] := NULL;
        END IF;
        line_ids[last_line] := transaction; states[last_line] := ROW(transaction, 0, NULL, 0)::movement_state;
        event_type[last_line - loaded] := new_type; event_data[last_line - loaded] := new_data;
        event_id[last_line - loaded] := p_id[n]; event_player[last_line - loaded] := w.player_id;
        event_trace[last_line - loaded] := p_trace[n];
        IF new_type IS NOT NULL THEN a.event_sequence := a.event_sequence + 1; END IF;
        event_sequence[last_line - loaded] := a.event_sequence;
      END IF;
    END decide;

    IF refusal IS NULL THEN
      out_status[n] := outcome; out_id[n] := transaction; out_at[n] := coalesce(out_at[n], posted_now); out_after[n] := w.real + w.bonus + w.locked;
      out_round[n] := r.id; out_closed[n] := r.closed;
      IF outcome = 'replayed' AND kind <> 'close-round' THEN
        j := lines[array_position(line_ids, transaction)];
        out_at[n] := j.created_at; out_after[n] := j.balance_after; out_round[n] := j.round_id;
      END IF;
    END IF;
    IF last_of_unit THEN
      IF refusal IS NULL THEN
        wallets[ws] := w; anchors[ps] := a;
      ELSE
        -- Restore, newest first.
        FOR i IN REVERSE cardinality(undo_round)..1 LOOP rounds[undo_round[i]] := undo_rounds[i]; END LOOP;
        FOR i IN REVERSE cardinality(undo_grant)..1 LOOP grants[undo_grant[i]] := undo_grants[i]; END LOOP;
        FOR i IN REVERSE cardinality(undo_state)..1 LOOP states[undo_state[i]] := undo_states[i]; END LOOP;
        FOREACH fs IN ARRAY undo_key LOOP keys[fs] := NULL; END LOOP;
        FOR i IN REVERSE cardinality(undo_limit)..1 LOOP limit_used[undo_limit[i]] := undo_used[i]; END LOOP;
        late_limit := late_limit[1 : unit_late]; late_start := late_start[1 : unit_late]; late_change := late_change[1 : unit_late];
        IF refusal = 'wallet.player-not-found' THEN w := NULL; ELSE w := wallets[ws]; END IF;
        last_line := unit_lines;
        out_status[n] := 'refused'; out_code[n] := refusal;
      END IF;
      out_real[n] := w.real; out_bonus[n] := w.bonus; out_locked[n] := w.locked; out_version[n] := w.sequence;
    END IF;
  END LOOP;

  -- 4. Write everything once. Keys are sorted: two batches that insert the same ones would deadlock otherwise.
  INSERT INTO movement_key
    SELECT q.brand, q.provider, q.id_scope, q.kind, q.id, q.outcome, q.request_hash, q.transaction_id, q.created_at
    FROM unnest(keys, key_fresh) q(brand, provider, id_scope, kind, id, outcome, request_hash, transaction_id, created_at, fresh)
    WHERE q.fresh AND q.outcome IS NOT NULL ORDER BY q.id, q.id_scope, q.kind, q.provider, q.brand;
  IF last_line > loaded THEN
    lines := lines[loaded + 1 : last_line];
    INSERT INTO journal SELECT q.* FROM unnest(lines) q WHERE q.id IS NOT NULL;
    INSERT INTO entry
      SELECT e.id, e.account, e.player_id, e.currency, e.amount, e.brand, e.party, xact, posted_now FROM (
        SELECT id, 'real'::ledger_account AS account, player_id, currency, real AS amount, NULL AS brand, NULL AS party FROM unnest(lines)
        UNION ALL SELECT id, 'bonus', player_id, currency, bonus, NULL, NULL FROM unnest(lines)
        UNION ALL SELECT id, 'locked', player_id, currency, locked, NULL, NULL FROM unnest(lines)
        UNION ALL SELECT id, 'promotions', player_id, currency,
          forfeited - CASE kind WHEN 'bonus-grant' THEN amount ELSE 0 END, brand, provider FROM unnest(lines)
        UNION ALL SELECT id, CASE WHEN award = 'jackpot' THEN 'jackpots'::ledger_account
            WHEN kind IN ('bet', 'win', 'rollback') THEN 'games'
            WHEN kind = 'adjustment' THEN 'adjustments' ELSE 'payments' END,
          player_id, currency, CASE kind WHEN 'bonus-grant' THEN 0 ELSE -amount - forfeited END, brand, provider FROM unnest(lines)
      ) e WHERE e.amount <> 0;
    INSERT INTO outbox (event_id, type, subject, partition_key, sequence, traceparent, data)
      SELECT q.event_id, concat('wallet.event.', q.type, '.v1'), q.player, q.player, q.sequence, q.trace,
        -- Put together as text and parsed once: half the cost of building it from jsonb.
        CASE WHEN q.id IS NULL THEN q.data ELSE concat('{', q.data, ',"transactionId":"', q.id, '","walletSequence":',
          q.wallet_sequence, ',"amount":', q.amount, ',"funds":{"real":', q.real, ',"bonus":', q.bonus, ',"locked":', q.locked,
          '},"balanceBefore":', q.balance_after - q.amount, ',"balanceAfter":', q.balance_after,
          ',"committedAt":"', committed, '"',
          ',"roundId":"' || q.round_id || '"', ',"referenceId":"' || q.reference_id || '"',
          CASE q.round_closed WHEN true THEN ',"roundClosed":true' WHEN false THEN ',"roundClosed":false' END, '}')
        END::json
      FROM unnest(lines, event_id, event_type, event_sequence, event_player, event_trace, event_data) WITH ORDINALITY
        q(id, player_id, currency, wallet_sequence, kind, brand, provider, provider_tx_id, amount, real, bonus, locked,
          forfeited, wagered, balance_after, game_id, provider_round_id, round_id, round_closed, reference_id, grant_id,
          award, session_id, actor, source, received_at, created_at,
          event_id, type, sequence, player, trace, data, at)
      WHERE q.type IS NOT NULL AND q.at <= last_line - loaded
      ORDER BY q.at;
  END IF;
  INSERT INTO round
    SELECT q.player_id, q.provider, q.game_id, q.provider_round_id, q.id, q.currency, q.stake_real, q.stake_bonus,
      q.grant_id, q.won_real, q.won_bonus, q.bets, q.rolled_back, q.wins, q.closed
    FROM unnest(rounds, round_place, round_changed) q(player_id, provider, game_id, provider_round_id, id, currency, stake_real,
      stake_bonus, grant_id, won_real, won_bonus, bets, rolled_back, wins, closed, place, changed)
    WHERE q.changed AND q.place IS NULL AND q.id IS NOT NULL;
  UPDATE round x SET stake_real = q.stake_real, stake_bonus = q.stake_bonus, grant_id = q.grant_id, won_real = q.won_real,
      won_bonus = q.won_bonus, bets = q.bets, rolled_back = q.rolled_back, wins = q.wins, closed = q.closed
    FROM unnest(rounds, round_place, round_changed) q(player_id, provider, game_id, provider_round_id, id, currency, stake_real,
      stake_bonus, grant_id, won_real, won_bonus, bets, rolled_back, wins, closed, place, changed)
    WHERE q.changed AND x.ctid = q.place;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written <> (SELECT count(*) FROM unnest(round_place, round_changed) q(place, changed) WHERE q.changed AND q.place IS NOT NULL) THEN
    RAISE EXCEPTION 'a round was changed without its player''s lock' USING ERRCODE = 'serialization_failure';
  END IF;
  IF true = ANY (state_changed) THEN
    INSERT INTO movement_state
      SELECT q.transaction_id, q.reversed, q.reversed_by, q.settled
      FROM unnest(states[1 : last_line], state_changed) q(transaction_id, reversed, reversed_by, settled, changed)
      WHERE q.changed AND q.transaction_id IS NOT NULL
      ON CONFLICT (transaction_id) DO UPDATE SET
        reversed = excluded.reversed, reversed_by = excluded.reversed_by, settled = excluded.settled;
  END IF;
  IF true = ANY (limit_changed) OR cardinality(late_limit) > 0 THEN
    INSERT INTO limit_usage AS x (player_id, kind, period, window_start, used)
      SELECT p_player[limit_player[q.at]], limit_kind[q.at], limit_period[q.at], q.start, sum(q.change) FROM (
        SELECT l.at, l.start, l.used - coalesce(u.used, 0) AS change
          FROM unnest(limit_start, limit_used, limit_changed) WITH ORDINALITY l(start, used, changed, at)
          LEFT JOIN limit_usage u ON u.player_id = p_player[limit_player[l.at]] AND u.kind = limit_kind[l.at]
            AND u.period = limit_period[l.at] AND u.window_start = l.start
          WHERE l.changed
        UNION ALL SELECT l.at, l.start, l.change FROM unnest(late_limit, late_start, late_change) l(at, start, change)
      ) q GROUP BY q.at, q.start
      ON CONFLICT (player_id, kind, period, window_start) DO UPDATE SET used = x.used + excluded.used;
  END IF;
  IF true = ANY (grant_changed) THEN
    UPDATE bonus_grant x SET status = q.status, progress = q.progress
      FROM unnest(grants) q WHERE x.id = q.id;
  END IF;
  UPDATE wallet x SET real = q.real, bonus = q.bonus, locked = q.locked, sequence = q.sequence, grant_id = q.grant_id
    FROM unnest(wallets, wallet_place, wallet_changed) q(player_id, currency, real, bonus, locked, sequence, grant_id, place, changed)
    WHERE q.changed AND x.ctid = q.place;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written <> cardinality(array_positions(wallet_changed, true)) THEN
    RAISE EXCEPTION 'a wallet was changed without its player''s lock' USING ERRCODE = 'serialization_failure';
  END IF;
  UPDATE anchor x SET event_sequence = q.event_sequence
    FROM unnest(anchors, anchor_place) q(player_id, brand, default_currency, epoch, restrictions, event_sequence, place)
    WHERE x.ctid = q.place AND x.event_sequence <> q.event_sequence;

  RETURN QUERY SELECT * FROM unnest(out_status, out_code, out_id, out_at, out_after, out_real, out_bonus, out_locked,
    out_version, out_round, out_closed);
END $$;
