-- What providers tell of their games. Empty lists and nulls mean that nobody told.
ALTER TABLE game
  DROP CONSTRAINT game_category_check,
  ADD CONSTRAINT game_category_check CHECK (category IN ('slot', 'table', 'live', 'jackpot', 'instant', 'other')),
  ALTER COLUMN rtp_basis_points DROP NOT NULL,
  ADD COLUMN rtp_profiles int[] NOT NULL DEFAULT '{}',
  ADD COLUMN volatility text CHECK (volatility IN ('low', 'medium-low', 'medium', 'medium-high', 'high')),
  ADD COLUMN languages text[] NOT NULL DEFAULT '{}',
  ADD COLUMN jurisdictions text[] NOT NULL DEFAULT '{}',
  ADD COLUMN features text[] NOT NULL DEFAULT '{}',
  ADD COLUMN live_table jsonb,
  -- the provider's list has it no more; it keeps its id, and gets it back when it returns
  ADD COLUMN removed_at timestamptz;

-- Grows with every change of the catalogue: replicas reload when it did. Its lock makes the writers take turns.
CREATE TABLE catalogue_version (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  version bigint NOT NULL
);
INSERT INTO catalogue_version (version) VALUES (1);

-- Every time that a list was fetched or imported. A held list waits for somebody who says that it is right.
CREATE TABLE catalogue_run (
  id uuid PRIMARY KEY,
  source text NOT NULL CHECK (source IN ('sync', 'import')),
  -- null for imports, which may name several
  provider text,
  state text NOT NULL CHECK (state IN ('running', 'applied', 'held', 'discarded', 'failed')),
  detail text NOT NULL DEFAULT '',
  listed int NOT NULL DEFAULT 0,
  added int NOT NULL DEFAULT 0,
  changed int NOT NULL DEFAULT 0,
  removed int NOT NULL DEFAULT 0,
  restored int NOT NULL DEFAULT 0,
  held_list jsonb,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  CHECK ((state = 'held') = (held_list IS NOT NULL)),
  CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE INDEX catalogue_run_provider ON catalogue_run (provider, started_at DESC);
CREATE INDEX catalogue_run_started ON catalogue_run (started_at DESC, id DESC);

CREATE TABLE catalogue_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id uuid NOT NULL REFERENCES catalogue_run,
  game_id uuid NOT NULL REFERENCES game,
  provider text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('added', 'changed', 'removed', 'restored')),
  -- {"<fact>": {"before": ..., "after": ...}}
  facts jsonb NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX catalogue_change_game ON catalogue_change (game_id, id DESC);
CREATE INDEX catalogue_change_provider ON catalogue_change (provider, id DESC);

-- Which games a brand shows, everywhere (market '') or to players of one country. A market's rule wins.
CREATE TABLE game_visibility (
  brand text NOT NULL,
  game_id uuid NOT NULL REFERENCES game,
  market text NOT NULL CHECK (market = '' OR market ~ '^[A-Z]{2}$'),
  visible boolean NOT NULL,
  PRIMARY KEY (brand, game_id, market)
);

ALTER TABLE game_session
  ADD COLUMN device text,
  ADD COLUMN locale text,
  ADD COLUMN idle_minutes int,
  ADD COLUMN reality_check_minutes int,
  -- the last movement that the projection has seen
  ADD COLUMN last_active_at timestamptz,
  DROP CONSTRAINT game_session_end_reason_check,
  ADD CONSTRAINT game_session_end_reason_check
    CHECK (end_reason IN ('player', 'operator', 'expired', 'restricted', 'idle', 'replaced'));
CREATE INDEX round_session ON round (session_id) WHERE session_id IS NOT NULL;
