-- What is due of a player, and whether the wallet was told to hold withdrawals. hold_version grows with every change
-- and the wallet keeps the newest, so that telling it again or late changes nothing.
CREATE TABLE kyc_file (
  player_id uuid PRIMARY KEY REFERENCES player (id),
  held boolean NOT NULL,
  hold_reason text NOT NULL,
  hold_version bigint NOT NULL DEFAULT 1,
  hold_told bigint NOT NULL DEFAULT 0
);
CREATE INDEX kyc_file_untold ON kyc_file (player_id) WHERE hold_told < hold_version;

-- Why checks are due, once for each trigger, with the rules and the figures that it was decided by.
CREATE TABLE kyc_trigger (
  player_id uuid NOT NULL REFERENCES kyc_file (player_id),
  trigger text NOT NULL,
  checks text[] NOT NULL,
  policy_version text NOT NULL,
  facts jsonb NOT NULL,
  fired_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (player_id, trigger)
);

-- Confirmed deposits with their worth in millionths of a euro at the rate that was pinned when they came.
CREATE TABLE kyc_deposit (
  payment_id text PRIMARY KEY,
  player_id uuid NOT NULL REFERENCES player (id),
  amount bigint NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  micro_euros bigint NOT NULL,
  rate text NOT NULL,
  policy_version text NOT NULL,
  confirmed_at timestamptz NOT NULL
);
CREATE INDEX kyc_deposit_player ON kyc_deposit (player_id, confirmed_at);

-- A check at a vendor. created: to be started there; unknown: the vendor did not answer and is asked.
CREATE TABLE kyc_check (
  id uuid PRIMARY KEY,
  player_id uuid NOT NULL REFERENCES player (id),
  brand text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('identity', 'age', 'address', 'source-of-funds')),
  vendor text NOT NULL,
  status text NOT NULL CHECK (status IN ('created', 'unknown', 'pending', 'approved', 'declined', 'expired')),
  reference text,
  url text,
  reason text,
  -- when the vendor decided, by its clock: an older word changes nothing
  decided_at timestamptz,
  document_expires_on date,
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  deadline_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  caller text NOT NULL,
  key text NOT NULL,
  body_sha256 text NOT NULL,
  UNIQUE (caller, brand, key),
  UNIQUE (vendor, reference)
);
CREATE INDEX kyc_check_player ON kyc_check (player_id, created_at);
CREATE INDEX kyc_check_open ON kyc_check (next_attempt_at) WHERE status IN ('created', 'unknown', 'pending');
CREATE INDEX kyc_check_document ON kyc_check (document_expires_on) WHERE status = 'approved';
