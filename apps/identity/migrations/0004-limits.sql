-- Limits as players set them; the wallet and game-sessions enforce copies of them. Amounts are minor units of the
-- player's currency, or minutes of play.
CREATE TABLE player_limit (
  player_id uuid NOT NULL REFERENCES player (id),
  kind text NOT NULL CHECK (kind IN ('deposit', 'loss', 'wager', 'stake', 'session-time')),
  -- `once` is a single stake, or a single session
  period text NOT NULL CHECK (period IN ('day', 'week', 'month', 'once')),
  -- null: there is none, against the market's default
  amount bigint CHECK (amount >= 0),
  -- an increase that waits; null as an amount takes the limit away
  pending boolean NOT NULL DEFAULT false,
  pending_amount bigint CHECK (pending_amount >= 0),
  effective_at timestamptz,
  needs_confirmation boolean,
  PRIMARY KEY (player_id, kind, period),
  CHECK (pending = (effective_at IS NOT NULL) AND pending = (needs_confirmation IS NOT NULL))
);
CREATE INDEX player_limit_due ON player_limit (effective_at) WHERE pending AND NOT needs_confirmation;

-- Which limits of a player the enforcers have; the row is locked by whoever changes them.
CREATE TABLE limit_epoch (
  player_id uuid PRIMARY KEY REFERENCES player (id),
  epoch bigint NOT NULL,
  wallet_epoch bigint NOT NULL DEFAULT 0,
  game_sessions_epoch bigint NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX limit_epoch_behind ON limit_epoch (changed_at) WHERE wallet_epoch < epoch OR game_sessions_epoch < epoch;
