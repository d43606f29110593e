-- Names of sanctions lists. A load writes what changed under the next epoch and becomes visible in one step, when
-- screening_state moves there; what a broken load left behind has a later epoch and is swept by the next one.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE screening_state (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  epoch int NOT NULL
);
INSERT INTO screening_state (epoch) VALUES (0);

-- One load of one list; the newest of a list is its version.
CREATE TABLE screening_load (
  epoch int PRIMARY KEY,
  list text NOT NULL,
  version int NOT NULL,
  sha256 text NOT NULL,
  entries int NOT NULL,
  added int NOT NULL,
  changed int NOT NULL,
  removed int NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (list, version)
);

-- A row is one version of an entry: a changed entry is a new row, so that what was decided about the old one does
-- not hold for it.
CREATE TABLE screening_entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  list text NOT NULL,
  source_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('person', 'organisation')),
  name text NOT NULL,
  programs text[] NOT NULL,
  -- YYYY, or YYYY-MM-DD
  birth_dates text[] NOT NULL,
  -- ISO 3166-1 alpha-2 where the list's word for it is known
  countries text[] NOT NULL,
  digest bytea NOT NULL,
  valid_from int NOT NULL,
  valid_to int,
  UNIQUE (list, source_id, valid_from)
);
CREATE INDEX screening_entry_valid_from ON screening_entry (valid_from);

-- Every name of an entry, its aliases included.
CREATE TABLE screening_name (
  entry_id bigint NOT NULL REFERENCES screening_entry (id) ON DELETE CASCADE,
  name text NOT NULL,
  -- transliterated, lower case, words apart
  search text NOT NULL,
  -- consonants only, for queries in scripts without vowels
  skeleton text NOT NULL
);
CREATE INDEX screening_name_entry ON screening_name (entry_id);
CREATE INDEX screening_name_search ON screening_name USING gin (search gin_trgm_ops);
CREATE INDEX screening_name_skeleton ON screening_name USING gin (skeleton gin_trgm_ops);

-- The names that look like the query, best first: of entries that are visible now and newer than `after_epoch`.
CREATE FUNCTION screening_candidates(query text, skeletal boolean, threshold real, after_epoch int, most int)
RETURNS TABLE (entry_id bigint, name text) LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
BEGIN
  PERFORM set_config('pg_trgm.similarity_threshold', threshold::text, true);
  IF skeletal THEN
    RETURN QUERY SELECT n.entry_id, n.name
      FROM screening_name n JOIN screening_entry e ON e.id = n.entry_id, screening_state s
      WHERE n.skeleton % query AND e.valid_from > after_epoch
        AND e.valid_from <= s.epoch AND (e.valid_to IS NULL OR e.valid_to > s.epoch)
      ORDER BY similarity(n.skeleton, query) DESC LIMIT most;
  ELSE
    RETURN QUERY SELECT n.entry_id, n.name
      FROM screening_name n JOIN screening_entry e ON e.id = n.entry_id, screening_state s
      WHERE n.search % query AND e.valid_from > after_epoch
        AND e.valid_from <= s.epoch AND (e.valid_to IS NULL OR e.valid_to > s.epoch)
      ORDER BY similarity(n.search, query) DESC LIMIT most;
  END IF;
END $$;

-- How far each player was screened; behind the state's epoch it is due again.
CREATE TABLE player_screening (
  player_id uuid PRIMARY KEY REFERENCES player (id),
  epoch int NOT NULL DEFAULT 0
);
CREATE INDEX player_screening_epoch ON player_screening (epoch);
INSERT INTO player_screening (player_id) SELECT id FROM player WHERE status <> 'pending';

-- A hit for people to decide. One for each version of an entry: a dismissal is bound to what was looked at.
CREATE TABLE screening_case (
  id uuid PRIMARY KEY,
  brand text NOT NULL,
  player_id uuid NOT NULL REFERENCES player (id),
  entry_id bigint NOT NULL REFERENCES screening_entry (id),
  score real NOT NULL,
  -- why, under the person's key: it repeats the name
  explanation bytea NOT NULL,
  -- birth-date and country, where they agree with the entry; empty when the name is all there is
  evidence text[] NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'confirmed', 'dismissed')),
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_at timestamptz,
  decided_by text,
  CHECK ((status = 'open') = (decided_at IS NULL)),
  UNIQUE (player_id, entry_id)
);
CREATE INDEX screening_case_list ON screening_case (brand, status, id);
