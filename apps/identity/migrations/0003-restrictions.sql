-- Restrictions of persons, and who has applied them. What is restricted is the person behind all accounts: persons that
-- turned out to be one are linked to a root, and share one state of restrictions.
ALTER TABLE person
  ADD COLUMN root_id uuid REFERENCES person (id),
  -- of the last change to what restricts the person; 0 when there never was one
  ADD COLUMN fence_sequence bigint NOT NULL DEFAULT 0,
  -- kinds of the restrictions in force
  ADD COLUMN restricted_by text[] NOT NULL DEFAULT '{}';
CREATE INDEX person_root ON person (root_id) WHERE root_id IS NOT NULL;
CREATE INDEX person_fence ON person (fence_sequence) WHERE fence_sequence > 0;

-- Raised in the transaction of each change: commits are in the order of sequences, so that whoever sees one sees all
-- before it.
CREATE TABLE restriction_sequence (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  last bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO restriction_sequence (last) VALUES (0);

CREATE TABLE restriction (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  kind text NOT NULL CHECK (kind IN ('time-out', 'self-exclusion', 'operator-block', 'national-register')),
  reason text NOT NULL,
  requested_by text NOT NULL,
  -- the account that it was asked for
  brand text NOT NULL,
  player_id uuid NOT NULL REFERENCES player (id),
  epoch bigint NOT NULL,
  sequence bigint NOT NULL,
  policy_version text NOT NULL,
  effective_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- null: for ever, or until people end it
  expires_at timestamptz,
  ended_at timestamptz,
  end_reason text CHECK (end_reason IN ('expired', 'lifted', 'register-cleared')),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX restriction_person ON restriction (person_id, effective_at);
CREATE INDEX restriction_expiry ON restriction (expires_at) WHERE ended_at IS NULL AND kind IN ('time-out', 'operator-block');

-- Idempotency keys of exclusions: committed with the restriction, answered once it is acknowledged.
CREATE TABLE exclusion_request (
  caller text NOT NULL,
  brand text NOT NULL,
  key text NOT NULL,
  body_sha256 text NOT NULL,
  -- checked at the commit: the key is claimed first
  restriction_id uuid NOT NULL REFERENCES restriction (id) DEFERRABLE INITIALLY DEFERRED,
  answer jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (caller, brand, key)
);

-- A row per change and touchpoint. A later change of the same person covers the earlier ones.
CREATE TABLE fence_delivery (
  sequence bigint NOT NULL,
  service text NOT NULL,
  person_id uuid NOT NULL REFERENCES person (id),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  applied_at timestamptz,
  PRIMARY KEY (sequence, service)
);
CREATE INDEX fence_delivery_open ON fence_delivery (created_at) WHERE applied_at IS NULL;

-- The processes of touchpoints, by their last question: one that asked a lease ago has none any more.
CREATE TABLE touchpoint_process (
  service text NOT NULL,
  process text NOT NULL,
  asked_at timestamptz NOT NULL,
  applied bigint NOT NULL,
  PRIMARY KEY (service, process)
) WITH (fillfactor = 50);

-- Lifting takes two people of the operator; who asks may be the player.
CREATE TABLE lift_request (
  restriction_id uuid PRIMARY KEY REFERENCES restriction (id),
  requested_by text NOT NULL,
  reason text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  earliest_at timestamptz NOT NULL
);
CREATE TABLE lift_approval (
  restriction_id uuid NOT NULL REFERENCES lift_request (restriction_id),
  approved_by text NOT NULL,
  approved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (restriction_id, approved_by)
);
