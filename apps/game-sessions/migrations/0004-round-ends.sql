-- Rounds that their provider does not end, and the export of those that are over.
ALTER TABLE round
  -- while it is open: when it is called interrupted; then: when the policy voids it
  ADD COLUMN due_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '1 day',
  ADD COLUMN interrupted_at timestamptz,
  -- somebody or the policy voids it: its wagers are being returned
  ADD COLUMN voiding boolean NOT NULL DEFAULT false,
  -- of the game when the round opened
  ADD COLUMN rtp_basis_points int,
  -- the transaction that made it as it is: the export reads rows of finished transactions only
  ADD COLUMN changed_in xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX round_due ON round (due_at) WHERE state IN ('open', 'interrupted');
CREATE INDEX round_interrupted ON round (brand, opened_at, id) WHERE state = 'interrupted';
CREATE INDEX round_export ON round (brand, changed_in, id) WHERE state <> 'open';

ALTER TABLE round_action
  ADD COLUMN award text CHECK (award IN ('promo', 'jackpot', 'free-round')),
  -- what the player chose, as the provider says it
  ADD COLUMN choice text;

-- What was decided about a round that its provider does not end. Carried out step by step through the wallet, each
-- step under an id that follows from this row, so that it may be tried again at any time.
CREATE TABLE round_resolution (
  id uuid PRIMARY KEY,
  round_id uuid NOT NULL REFERENCES round,
  action text NOT NULL CHECK (action IN ('resume', 'settle', 'void')),
  reason text NOT NULL,
  win bigint,
  actor text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'done', 'refused')),
  refusal text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tried_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX round_resolution_round ON round_resolution (round_id, created_at);
-- Of one round one decision at a time is carried out.
CREATE UNIQUE INDEX round_resolution_pending ON round_resolution (round_id) WHERE status = 'pending';
CREATE INDEX round_resolution_tried ON round_resolution (tried_at) WHERE status = 'pending';
