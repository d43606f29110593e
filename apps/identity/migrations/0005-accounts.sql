-- Whether the address of the account was proven, where that was asked for: until then there is no play.
ALTER TABLE player ADD COLUMN email_state text NOT NULL DEFAULT 'not-asked'
  CHECK (email_state IN ('not-asked', 'pending', 'verified'));
ALTER TABLE player ADD COLUMN closed_at timestamptz;
ALTER TABLE player ADD COLUMN erased_at timestamptz;
CREATE INDEX player_closed ON player (closed_at) WHERE closed_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX player_person ON player (person_id);

-- The master key that sealed the person's key: SHA-256 of it, the first 16 hex digits; empty before there was a choice.
ALTER TABLE person_key ADD COLUMN master_key_id text NOT NULL DEFAULT '';
CREATE INDEX person_key_master ON person_key (master_key_id, person_id);

-- What a mail proves: good once, for the address that it was sent to. Only digests, as of sessions.
CREATE TABLE mail_token (
  digest bytea PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('email-verification', 'password-reset')),
  player_id uuid NOT NULL REFERENCES player (id),
  email_index bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (player_id, purpose)
);

-- Mails on their way to the mail service, sealed under the person's key; a delivered or expired one is deleted.
CREATE TABLE mail (
  id uuid PRIMARY KEY,
  player_id uuid NOT NULL REFERENCES player (id),
  content bytea NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX mail_due ON mail (due_at);

-- Resets that were asked for, of accounts that exist or not: answering takes the same time for both.
CREATE TABLE password_reset_request (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand text NOT NULL,
  email_index bytea NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Every grant and withdrawal; the newest of a product and channel is what holds.
CREATE TABLE consent_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  player_id uuid NOT NULL REFERENCES player (id),
  product text NOT NULL,
  channel text NOT NULL,
  granted boolean NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX consent_change_newest ON consent_change (player_id, product, channel, id);

-- Profiles as they were before a change, sealed like the present one.
CREATE TABLE profile_change (
  id uuid PRIMARY KEY,
  player_id uuid NOT NULL REFERENCES player (id),
  fields text[] NOT NULL,
  before bytea NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX profile_change_player ON profile_change (player_id, at);

-- The second factor of a player: it counts once confirmed. `last_step` is the newest code that was taken: none twice.
CREATE TABLE player_totp (
  player_id uuid PRIMARY KEY REFERENCES player (id),
  secret bytea NOT NULL,
  confirmed_at timestamptz,
  last_step bigint NOT NULL DEFAULT 0,
  recovery_digests bytea[] NOT NULL DEFAULT '{}'
);

-- Logins of back-office people, who are configuration. A token is stored as its SHA-256.
CREATE TABLE staff_session (
  id uuid PRIMARY KEY,
  staff_id text NOT NULL,
  access_digest bytea NOT NULL UNIQUE,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX staff_session_expiry ON staff_session (expires_at);
CREATE TABLE staff_totp (
  staff_id text PRIMARY KEY,
  last_step bigint NOT NULL
);
