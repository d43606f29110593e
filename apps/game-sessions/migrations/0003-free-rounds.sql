-- Free rounds that were granted to a player. What was played of them is not here but folded from free_round_use.
CREATE TABLE free_rounds (
  id uuid PRIMARY KEY,
  brand text NOT NULL,
  player_id text NOT NULL,
  provider text NOT NULL,
  game_id uuid NOT NULL REFERENCES game,
  currency text NOT NULL,
  rounds int NOT NULL CHECK (rounds > 0),
  stake bigint NOT NULL CHECK (stake >= 0),
  status text NOT NULL
    CHECK (status IN ('pending', 'active', 'refused', 'completed', 'expired', 'cancelling', 'cancelled')),
  -- what the provider calls the grant: our id, or its own once it told
  reference text NOT NULL,
  consumed int NOT NULL DEFAULT 0,
  won bigint NOT NULL DEFAULT 0,
  detail text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  granted_at timestamptz,
  ended_at timestamptz,
  -- the provider is asked again from here on, while it has not said what became of the grant or its cancellation
  next_ask_at timestamptz NOT NULL,
  asked int NOT NULL DEFAULT 0,
  -- the caller's idempotency key and what it was answered
  key_caller text NOT NULL,
  key text NOT NULL,
  key_body_sha256 text NOT NULL,
  answer jsonb,
  UNIQUE (brand, key_caller, key),
  UNIQUE (brand, provider, reference),
  CHECK ((ended_at IS NULL) = (status IN ('pending', 'active', 'cancelling')))
);
CREATE INDEX free_rounds_player ON free_rounds (player_id, brand, created_at DESC, id DESC);
CREATE INDEX free_rounds_unsettled ON free_rounds (next_ask_at) WHERE status IN ('pending', 'cancelling');
CREATE INDEX free_rounds_open ON free_rounds (expires_at) WHERE ended_at IS NULL;

-- Each movement that a provider made of free rounds, once. Its reference may be one that we have not been told yet, or
-- of rounds that were granted elsewhere.
CREATE TABLE free_round_use (
  number bigint GENERATED ALWAYS AS IDENTITY,
  brand text NOT NULL,
  provider text NOT NULL,
  reference text NOT NULL,
  player_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('bet', 'win', 'word')),
  movement_id text NOT NULL,
  transaction_id uuid,
  rounds int NOT NULL,
  won bigint NOT NULL,
  -- nothing more is to come of the round
  settled boolean NOT NULL,
  -- the provider's word that it is all over
  finished text CHECK (finished IN ('completed', 'expired', 'cancelled')),
  rolled_back boolean NOT NULL DEFAULT false,
  at timestamptz NOT NULL,
  PRIMARY KEY (brand, provider, reference, player_id, kind, movement_id)
);
CREATE INDEX free_round_use_transaction ON free_round_use (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX free_round_use_at ON free_round_use USING brin (at);
