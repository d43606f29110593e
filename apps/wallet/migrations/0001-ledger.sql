-- The ledger. Amounts are integer minor units; effects are signed as they change the wallet.
-- Beside the keys there is no index on anchor, wallet and round: their updates stay HOT at fillfactor 50.

CREATE TYPE posting_kind AS ENUM (
  'bet', 'bet-group', 'win', 'rollback', 'deposit',
  'withdrawal-reserve', 'withdrawal-pay', 'withdrawal-release',
  'adjustment', 'bonus-grant', 'close-round'
);
CREATE TYPE ledger_account AS ENUM (
  'real', 'bonus', 'locked',                          -- the player's
  'games', 'payments', 'promotions', 'adjustments'    -- the house's: append-only, rolled up asynchronously
);

-- One row per player, locked before anything else of that player.
CREATE TABLE anchor (
  player_id uuid PRIMARY KEY,
  brand text NOT NULL,
  default_currency text NOT NULL,
  epoch bigint NOT NULL,
  restrictions integer NOT NULL DEFAULT 0,            -- bit 1: no bets
  event_sequence bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE wallet (
  player_id uuid NOT NULL,
  currency text NOT NULL,
  real bigint NOT NULL DEFAULT 0,                     -- below zero it is a debt
  bonus bigint NOT NULL DEFAULT 0 CHECK (bonus >= 0),
  locked bigint NOT NULL DEFAULT 0 CHECK (locked >= 0),
  sequence bigint NOT NULL DEFAULT 0,                 -- of the journal, without gaps; also the balance's version
  grant_id uuid,                                      -- the active grant
  PRIMARY KEY (player_id, currency),
  -- The wire carries integers up to 2^53-1.
  CONSTRAINT wallet_range CHECK (real BETWEEN -9007199254740991 AND 9007199254740991
    AND real + bonus + locked BETWEEN -9007199254740991 AND 9007199254740991)
) WITH (fillfactor = 50);

-- The player fixes the brand, so the brand is not part of the key.
CREATE TABLE round (
  player_id uuid NOT NULL,
  provider text NOT NULL,
  game_id text NOT NULL,
  provider_round_id text NOT NULL,
  id uuid NOT NULL,
  currency text NOT NULL,
  stake_real bigint NOT NULL,                         -- staked and not rolled back
  stake_bonus bigint NOT NULL,
  grant_id uuid,                                      -- whose bonus was staked
  won_real bigint NOT NULL,
  won_bonus bigint NOT NULL,
  bets integer NOT NULL,                              -- not rolled back; a zero bet counts
  rolled_back integer NOT NULL,
  wins integer NOT NULL,                              -- that named no bet of their own
  closed boolean NOT NULL,
  PRIMARY KEY (player_id, provider_round_id, game_id, provider)
) WITH (fillfactor = 50);

CREATE TABLE bonus_grant (
  id uuid PRIMARY KEY,
  player_id uuid NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  status text NOT NULL DEFAULT 'reserved'
    CHECK (status IN ('reserved', 'active', 'completed', 'expired', 'forfeited', 'revoked')),
  max_stake bigint,                                   -- of bonus money in one bet
  weight_basis_points integer NOT NULL DEFAULT 10000,
  required bigint NOT NULL DEFAULT 0,                 -- wagering, in stake x basis points
  progress bigint NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- The identity of a movement. Its own table, because a key must be unique over all months.
-- A tombstone has the outcome without a request hash: the movement it names is refused when it comes.
CREATE TABLE movement_key (
  brand text NOT NULL,
  provider text NOT NULL,
  id_scope text NOT NULL,
  kind posting_kind NOT NULL,
  id text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('posted', 'tombstoned')),
  request_hash bytea,
  transaction_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  -- What differs most comes first: a search of the index then compares one column, not five.
  PRIMARY KEY (id, id_scope, kind, provider, brand)
);

-- One row per movement: the public transaction.
CREATE TABLE journal (
  id uuid PRIMARY KEY,
  player_id uuid NOT NULL,
  currency text NOT NULL,
  sequence bigint NOT NULL,
  kind posting_kind NOT NULL,
  brand text NOT NULL,
  provider text NOT NULL,
  provider_tx_id text NOT NULL,
  amount bigint NOT NULL,                             -- effect on real + bonus + locked
  real bigint NOT NULL,
  bonus bigint NOT NULL,
  locked bigint NOT NULL,
  forfeited bigint NOT NULL,                          -- kept by the house because the grant is gone
  wagered bigint NOT NULL,                            -- progress given to the grant
  balance_after bigint NOT NULL,
  game_id text,
  provider_round_id text,
  round_id uuid,
  round_closed boolean,                               -- by this movement; null outside games
  reference_id uuid,
  grant_id uuid,
  award text,
  session_id text,
  actor text NOT NULL,
  source text,                                        -- digest of the provider's body, or the reason
  received_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (player_id, currency, sequence)
);

-- What later movements did to a journal row, which itself never changes.
CREATE TABLE movement_state (
  transaction_id uuid PRIMARY KEY,
  reversed bigint NOT NULL,                           -- so far, of |real| + |bonus|
  reversed_by uuid,                                   -- set once nothing is left to reverse
  settled integer NOT NULL                            -- wins that named this bet
);

-- Double-entry lines; they sum to zero per journal row. House lines carry brand and party.
CREATE TABLE entry (
  journal_id uuid NOT NULL,
  account ledger_account NOT NULL,
  player_id uuid NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount <> 0),
  brand text,
  party text,
  transaction bigint NOT NULL,                        -- xid: the roll-up reads finished transactions only
  created_at timestamptz NOT NULL,
  PRIMARY KEY (journal_id, account, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX entry_transaction ON entry USING brin (transaction) WITH (autosummarize = on);

-- Makes the monthly partitions from this month up to the given number of months ahead.
CREATE FUNCTION ensure_entry_partitions(months_ahead integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz;
BEGIN
  FOR i IN 0..months_ahead LOOP
    month := date_trunc('month', now(), 'UTC') + make_interval(months => i);
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF entry FOR VALUES FROM (%L) TO (%L)',
      'entry_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'), month, month + interval '1 month');
  END LOOP;
END $$;
SELECT ensure_entry_partitions(3);

CREATE TABLE house_balance (
  brand text NOT NULL,
  account ledger_account NOT NULL,
  party text NOT NULL,
  currency text NOT NULL,
  balance numeric NOT NULL,
  PRIMARY KEY (brand, account, party, currency)
);
-- Entries of transactions below the horizon are in house_balance, all others are not.
CREATE TABLE house_horizon (singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton), transaction bigint NOT NULL);
INSERT INTO house_horizon (transaction) VALUES (pg_snapshot_xmin(pg_current_snapshot())::text::bigint);

CREATE TABLE adjustment (
  id uuid PRIMARY KEY,
  brand text NOT NULL,
  player_id uuid NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL,
  reason text NOT NULL,
  requested_by text NOT NULL,
  approved_by text,
  status text NOT NULL CHECK (status IN ('awaiting-approval', 'posting', 'posted', 'refused')),
  created_at timestamptz NOT NULL DEFAULT now(),
  posting_since timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT four_eyes CHECK (approved_by <> requested_by)
);
CREATE INDEX adjustment_posting ON adjustment (posting_since) WHERE status = 'posting';

-- Idempotency keys of the public API. The answer is stored in the effect's last transaction.
CREATE TABLE idempotency_key (
  caller text NOT NULL,
  brand text NOT NULL,
  operation text NOT NULL,
  key text NOT NULL,
  body_sha256 text NOT NULL,
  owner_id uuid NOT NULL,
  answer jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, brand, operation, key)
);
CREATE INDEX idempotency_key_owner ON idempotency_key (owner_id);
CREATE INDEX idempotency_key_age ON idempotency_key USING brin (created_at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: reverse with a new movement', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- For each row, because only row triggers are copied to the partitions.
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON entry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_not_truncated BEFORE TRUNCATE ON entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
