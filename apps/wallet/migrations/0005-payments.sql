-- Deposits and withdrawals. A transition that moves money locks the player's anchor, then the payment's row, and
-- posts in the same transaction.

-- What takes a confirmed payment back; posted beside post_batch, which nothing of a game may do.
ALTER TYPE posting_kind ADD VALUE 'deposit-reversal';
ALTER TYPE posting_kind ADD VALUE 'withdrawal-return';

-- What payments need to know of a player beyond the anchor.
CREATE TABLE payment_profile (
  player_id uuid PRIMARY KEY,
  country text                                        -- ISO 3166-1 alpha-2, as of registration
);

CREATE TABLE payment (
  id uuid PRIMARY KEY,                                -- also the PSP's merchant reference
  brand text NOT NULL,
  player_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('deposit', 'withdrawal')),
  state text NOT NULL CHECK (state IN ('created', 'pending', 'mismatched', 'confirmed', 'unknown', 'failed',
    'cancelled', 'reversed', 'reserved', 'review', 'submitted', 'paid')),
  amount bigint NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  method text NOT NULL CHECK (method IN ('card', 'bank', 'wallet')),
  country text,
  wanted_psp text,                                    -- the only one that the caller allows
  psp text,
  tried text[] NOT NULL DEFAULT '{}',                 -- PSPs that refused it
  psp_reference text,
  return_url text,
  redirect_url text,
  -- What pays or is paid: sealed, found again by its keyed hash, shown masked.
  instrument_sealed bytea,
  instrument_print bytea,
  instrument_masked text,
  review_reasons text[] NOT NULL DEFAULT '{}',
  reversed bigint NOT NULL DEFAULT 0 CHECK (reversed BETWEEN 0 AND amount),
  attempts integer NOT NULL DEFAULT 0,                -- in this state, of asking the PSP
  due_at timestamptz,                                 -- when the worker looks at it next
  deadline_at timestamptz,                            -- of this state
  overdue boolean NOT NULL DEFAULT false,
  state_since timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
CREATE INDEX payment_due ON payment (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payment_deadline ON payment (deadline_at) WHERE deadline_at IS NOT NULL AND NOT overdue;
CREATE INDEX payment_player ON payment (player_id, id);
CREATE INDEX payment_review_queue ON payment (brand, state_since, id) WHERE state IN ('review', 'mismatched');
CREATE UNIQUE INDEX payment_reference ON payment (psp_reference, psp, brand) WHERE psp_reference IS NOT NULL;

CREATE TABLE payment_history (
  payment_id uuid NOT NULL REFERENCES payment,
  position integer NOT NULL,
  state text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (payment_id, position)
);
CREATE TRIGGER payment_history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Decisions of people, with the reasons that they had on view.
CREATE TABLE payment_decision (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id uuid NOT NULL REFERENCES payment,
  decision text NOT NULL CHECK (decision IN ('approve', 'reject', 'accept')),
  covers text[] NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payment_decision_payment ON payment_decision (payment_id);
CREATE TRIGGER payment_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_decision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Webhooks as facts, each once. One that speaks of no payment that we know, or comes before what it presumes, waits.
CREATE TABLE payment_notification (
  id uuid PRIMARY KEY,
  brand text NOT NULL,
  psp text NOT NULL,
  notification_id text NOT NULL,
  content_sha256 bytea NOT NULL,                      -- the same id that says something else is another fact
  body_sha256 bytea NOT NULL,                         -- of the raw webhook
  named_payment text,                                 -- as the PSP wrote it
  psp_reference text,
  kind text NOT NULL,
  status text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  reason text,
  instrument_sealed bytea,
  instrument_print bytea,
  instrument_masked text,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  payment_id uuid,
  outcome text NOT NULL CHECK (outcome IN ('waiting', 'applied', 'nothing', 'raised')),
  raised boolean NOT NULL DEFAULT false,              -- it waits longer than it should
  UNIQUE (notification_id, psp, brand, content_sha256)
) WITH (fillfactor = 70);
CREATE INDEX payment_notification_waiting ON payment_notification (received_at) WHERE outcome = 'waiting';
CREATE INDEX payment_notification_payment ON payment_notification (payment_id) WHERE outcome = 'waiting';
CREATE INDEX payment_notification_age ON payment_notification USING brin (received_at);

-- The PSP and we disagree: people look at it.
CREATE TABLE payment_mismatch (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id uuid NOT NULL REFERENCES payment,
  psp text NOT NULL,
  problem text NOT NULL,
  reported_status text NOT NULL,
  reported_amount bigint NOT NULL,
  reported_currency text NOT NULL,
  source text NOT NULL,                               -- `webhook <id>` or `query`
  raised_at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  resolution text
);
CREATE INDEX payment_mismatch_open ON payment_mismatch (payment_id) WHERE resolved_at IS NULL;

-- Webhooks whose signature is wrong: counted, never read further.
CREATE TABLE payment_quarantine (
  brand text NOT NULL,
  psp text NOT NULL,
  body_sha256 bytea NOT NULL,
  bytes integer NOT NULL,
  times integer NOT NULL DEFAULT 1,
  first_at timestamptz NOT NULL DEFAULT now(),
  last_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (body_sha256, psp, brand)
);
CREATE INDEX payment_quarantine_age ON payment_quarantine (last_at);

-- Set by the services that know; the newest version counts.
CREATE TABLE withdrawal_hold (
  player_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('kyc', 'fraud')),
  held boolean NOT NULL,
  reason text NOT NULL,
  version bigint NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (player_id, kind)
);
