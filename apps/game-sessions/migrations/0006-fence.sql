-- Restrictions as identity has them, checked in the transaction that starts a session. The row of a player is what
-- launches and restrictions both lock; it is there from the first launch on.
CREATE TABLE player_fence (
  player_id text PRIMARY KEY,
  epoch bigint NOT NULL,
  forbids text[] NOT NULL
) WITH (fillfactor = 50);

-- How long what we know of restrictions can be relied upon, on this database's clock.
CREATE TABLE fence_lease (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  sequence bigint NOT NULL,                           -- every restriction up to this one is applied
  valid_until timestamptz NOT NULL
) WITH (fillfactor = 50);
INSERT INTO fence_lease (sequence, valid_until) VALUES (0, '-infinity');

-- Limits on time of play as identity has them; `once` is a single session.
CREATE TABLE session_limit_set (
  player_id text PRIMARY KEY,
  epoch bigint NOT NULL,
  time_zone text NOT NULL,
  once_minutes integer,
  day_minutes integer,
  week_minutes integer,
  month_minutes integer
);
