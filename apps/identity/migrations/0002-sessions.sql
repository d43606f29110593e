-- One login. Tokens are 256 random bits; only their SHA-256 is stored. A refresh replaces both.
CREATE TABLE player_session (
  id uuid PRIMARY KEY,
  player_id uuid NOT NULL REFERENCES player (id),
  brand text NOT NULL,
  access_digest bytea NOT NULL UNIQUE,
  access_expires_at timestamptz NOT NULL,
  refresh_digest bytea NOT NULL UNIQUE,
  refresh_expires_at timestamptz NOT NULL,
  -- address and device of the login, encrypted like the profile
  context bytea NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  end_reason text CHECK (end_reason IN ('logout', 'expired', 'revoked', 'refresh-reuse')),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX player_session_living ON player_session (player_id, started_at) WHERE ended_at IS NULL;
CREATE INDEX player_session_expiry ON player_session (refresh_expires_at) WHERE ended_at IS NULL;
CREATE INDEX player_session_ended ON player_session (ended_at) WHERE ended_at IS NOT NULL;

-- Refresh tokens that a living session has spent; one that comes back was stolen, or its thief came first.
CREATE TABLE spent_refresh_token (
  digest bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES player_session (id)
);
CREATE INDEX spent_refresh_token_session ON spent_refresh_token (session_id);

-- Failed logins by blind index of the e-mail, whether an account has it or not: both answer the same.
CREATE TABLE login_guard (
  brand text NOT NULL,
  email_index bytea NOT NULL,
  failures int NOT NULL CHECK (failures > 0),
  locked_until timestamptz,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (brand, email_index)
);
CREATE INDEX login_guard_updated_at ON login_guard (updated_at);
