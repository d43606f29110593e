-- What makes a change of the journal visible, also one by somebody who may do anything with this database: segments of
-- each wallet's lines are hashed and chained some time after they were posted, and checkpoints over all new segments are
-- signed with a key that is not here. Postings know nothing of it.

-- A line as it is hashed. Once sealed, a line must give this text for ever: another form is another function.
CREATE FUNCTION line_text(j journal) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT ROW(j.id, j.player_id, j.currency, j.sequence, j.kind, j.brand, j.provider, j.provider_tx_id, j.amount, j.real,
    j.bonus, j.locked, j.forfeited, j.wagered, j.balance_after, j.game_id, j.provider_round_id, j.round_id, j.round_closed,
    j.reference_id, j.grant_id, j.award, j.session_id, j.actor, j.source,
    (extract(epoch FROM j.received_at) * 1000000)::bigint, (extract(epoch FROM j.created_at) * 1000000)::bigint)::text
$$;

-- Some lines of one wallet, without a gap.
CREATE TABLE journal_seal (
  player_id uuid NOT NULL,
  currency text NOT NULL,
  first_sequence bigint NOT NULL,
  last_sequence bigint NOT NULL CHECK (last_sequence >= first_sequence),
  lines_hash bytea NOT NULL,
  entries_hash bytea NOT NULL,                        -- apart, because old entries are archived and lines are not
  hash bytea NOT NULL,                                -- of these, and of the wallet's segment before
  checkpoint bigint NOT NULL,
  PRIMARY KEY (player_id, currency, last_sequence)
);
CREATE INDEX journal_seal_checkpoint ON journal_seal (checkpoint, player_id, currency, last_sequence);

CREATE TABLE seal_checkpoint (
  number bigint PRIMARY KEY CHECK (number > 0),
  segments bigint NOT NULL,
  digest bytea NOT NULL,                              -- of its segments, and of the checkpoint before
  sealed_at text NOT NULL,
  key_id text NOT NULL,
  signature bytea NOT NULL
);
CREATE TRIGGER journal_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The wallets of transactions below it were looked at; who seals holds this row. What was posted before is sealed by
-- the nightly look at every wallet.
CREATE TABLE seal_horizon (one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row), transaction bigint NOT NULL);
INSERT INTO seal_horizon (transaction) VALUES (pg_snapshot_xmin(pg_current_snapshot())::text::bigint);

CREATE FUNCTION segment_hash(previous bytea, player uuid, wallet_currency text, first_sequence bigint, last_sequence bigint,
  lines_hash bytea, entries_hash bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(coalesce(previous, ''::bytea) || convert_to(player || ' ' || wallet_currency, 'UTF8')
    || int8send(first_sequence) || int8send(last_sequence) || lines_hash || entries_hash)
$$;

-- Hashes the lines of a wallet between two sequences, both included, as far as they are there.
CREATE FUNCTION hash_lines(player uuid, wallet_currency text, first_sequence bigint, last_sequence bigint,
  OUT lines bigint, OUT last bigint, OUT lines_hash bytea, OUT entries_hash bytea)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off
AS $$
  SELECT count(*), max(j.sequence),
    sha256(string_agg(sha256(convert_to(line_text(j), 'UTF8')), ''::bytea ORDER BY j.sequence)),
    sha256(string_agg(e.hash, ''::bytea ORDER BY j.sequence))
  FROM journal j CROSS JOIN LATERAL (
    SELECT sha256(convert_to(coalesce(string_agg(
      ROW(e.account, e.player_id, e.currency, e.amount, e.brand, e.party)::text, ' ' ORDER BY e.account::text), ''), 'UTF8')) AS hash
    FROM entry e WHERE e.journal_id = j.id AND e.created_at = j.created_at
  ) e
  WHERE j.player_id = player AND j.currency = wallet_currency
    AND j.sequence BETWEEN hash_lines.first_sequence AND hash_lines.last_sequence
$$;

-- What each nightly verification found.
CREATE TABLE ledger_check (
  started_at timestamptz PRIMARY KEY,
  finished_at timestamptz,
  checked bigint NOT NULL DEFAULT 0,
  mismatches bigint NOT NULL DEFAULT 0
);

-- Months whose entries were detached: what they added up to, so that the house's balances still follow from entries.
CREATE TABLE archived_entry_total (
  month date NOT NULL,
  brand text NOT NULL,                                -- empty: of the players
  account ledger_account NOT NULL,
  party text NOT NULL,
  currency text NOT NULL,
  amount numeric NOT NULL,
  entries bigint NOT NULL,
  PRIMARY KEY (month, brand, account, party, currency)
);
CREATE TRIGGER archived_entry_total_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON archived_entry_total
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE SCHEMA archive;
