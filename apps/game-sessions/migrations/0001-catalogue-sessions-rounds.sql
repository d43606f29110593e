CREATE TABLE game (
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  provider_game_id text NOT NULL,
  name text NOT NULL,
  category text NOT NULL CHECK (category IN ('slot', 'table', 'live', 'jackpot', 'instant')),
  rtp_basis_points int NOT NULL CHECK (rtp_basis_points BETWEEN 0 AND 10000),
  currencies text[] NOT NULL,
  blocked_countries text[] NOT NULL,
  devices text[] NOT NULL,
  demo_available boolean NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  UNIQUE (provider, provider_game_id)
);

-- Tokens are kept as SHA-256 digests: who reads the table cannot play with them.
CREATE TABLE game_session (
  id uuid PRIMARY KEY,
  brand text NOT NULL,
  player_id text NOT NULL,
  provider text NOT NULL,
  game_id uuid NOT NULL REFERENCES game,
  mode text NOT NULL CHECK (mode IN ('real', 'demo')),
  currency text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  -- what the provider presents: null until a one-use launch token is exchanged
  handle_hash bytea UNIQUE,
  started_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text CHECK (end_reason IN ('player', 'operator', 'expired', 'restricted')),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX game_session_player ON game_session (player_id, brand, started_at DESC, id DESC);
CREATE INDEX game_session_unended ON game_session (expires_at) WHERE ended_at IS NULL;

-- A projection of wallet events. It decides nothing about money: the wallet's own round row does.
CREATE TABLE round (
  id uuid PRIMARY KEY,
  brand text NOT NULL,
  player_id text NOT NULL,
  provider text NOT NULL,
  game_id text NOT NULL,
  provider_round_id text NOT NULL,
  session_id uuid,
  currency text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'closed', 'voided', 'interrupted')),
  closed boolean NOT NULL,
  bets int NOT NULL,
  bets_rolled_back int NOT NULL,
  staked bigint NOT NULL,
  won bigint NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX round_player ON round (player_id, brand, opened_at DESC, id DESC);

CREATE TABLE round_action (
  round_id uuid NOT NULL REFERENCES round,
  -- per wallet, without gaps: the order in which the movements were posted
  wallet_sequence bigint NOT NULL,
  transaction_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('bet', 'win', 'rollback')),
  amount bigint NOT NULL,
  real bigint NOT NULL,
  bonus bigint NOT NULL,
  locked bigint NOT NULL,
  balance_after bigint NOT NULL,
  provider_tx_id text NOT NULL,
  reference_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (round_id, wallet_sequence)
);

-- Callbacks that could not be understood, trusted or squared with the ledger, for people to look at. The query string is not kept: some
-- dialects carry their secret in it.
CREATE TABLE quarantined_callback (
  id uuid PRIMARY KEY,
  brand text NOT NULL,
  provider text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('malformed', 'unauthenticated', 'disputed')),
  detail text NOT NULL,
  method text NOT NULL,
  path text NOT NULL,
  body bytea NOT NULL,
  body_sha256 text NOT NULL,
  received_at timestamptz NOT NULL
);
CREATE INDEX quarantined_callback_received ON quarantined_callback (received_at);
