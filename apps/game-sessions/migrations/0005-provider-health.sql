-- What is seen of each provider of each brand, and what follows from it. Replicas add up what they saw; none of it is
-- written on the path of a call.

-- The breaker. Shared by all replicas, and there again after a restart.
CREATE TABLE provider_health (
  brand text NOT NULL,
  provider text NOT NULL,
  state text NOT NULL DEFAULT 'closed' CHECK (state IN ('closed', 'open', 'half-open')),
  -- opened by a person: it stays so until a person closes it
  manual boolean NOT NULL DEFAULT false,
  reason text NOT NULL DEFAULT 'nothing was seen yet',
  -- what was seen before counts no more
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- when an open breaker is tried again
  retry_at timestamptz,
  -- how often it opened without having closed in between
  openings int NOT NULL DEFAULT 0,
  -- launches let through while half-open, in the period that began at probes_at
  probes int NOT NULL DEFAULT 0,
  probes_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (brand, provider)
) WITH (fillfactor = 50);

-- Of the last minutes, second by second: what the breaker decides by.
CREATE TABLE provider_window (
  brand text NOT NULL,
  provider text NOT NULL,
  at timestamptz NOT NULL,
  calls bigint NOT NULL,
  failures bigint NOT NULL,
  slow bigint NOT NULL,
  PRIMARY KEY (brand, provider, at)
) WITH (fillfactor = 50);

-- By the hour: what the quality score is made of.
CREATE TABLE provider_quality (
  brand text NOT NULL,
  provider text NOT NULL,
  hour timestamptz NOT NULL,
  callbacks bigint NOT NULL,
  malformed bigint NOT NULL,
  unauthenticated bigint NOT NULL,
  duplicate bigint NOT NULL,
  conflicting bigint NOT NULL,
  out_of_order bigint NOT NULL,
  late bigint NOT NULL,
  orphan bigint NOT NULL,
  fault bigint NOT NULL,
  outbound bigint NOT NULL,
  outbound_failed bigint NOT NULL,
  outbound_slow bigint NOT NULL,
  outbound_ms bigint NOT NULL,
  PRIMARY KEY (brand, provider, hour)
) WITH (fillfactor = 50);

-- What the comparison with the provider's own records of a day found.
CREATE TABLE provider_reconciliation (
  brand text NOT NULL,
  provider text NOT NULL,
  day date NOT NULL,
  compared bigint NOT NULL CHECK (compared >= 0),
  differences bigint NOT NULL CHECK (differences BETWEEN 0 AND compared),
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (brand, provider, day)
);

-- Enough of a quarantined call to serve it again: the query without its secrets, and the headers that are signed.
ALTER TABLE quarantined_callback
  ADD COLUMN query text NOT NULL DEFAULT '',
  ADD COLUMN headers jsonb NOT NULL DEFAULT '[]',
  -- its signature or secret was good when it came
  ADD COLUMN authentic boolean NOT NULL DEFAULT false,
  ADD COLUMN status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
  ADD COLUMN replays int NOT NULL DEFAULT 0,
  -- what became of the last replay
  ADD COLUMN last_outcome text,
  ADD COLUMN decided_by text,
  ADD COLUMN decided_at timestamptz,
  ADD COLUMN decision_reason text;
CREATE INDEX quarantined_callback_listed ON quarantined_callback (brand, received_at DESC, id DESC);
