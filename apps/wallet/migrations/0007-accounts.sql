-- House accounts beside those that postings write, transfers between them, and what statements need.

ALTER TYPE ledger_account ADD VALUE 'fees';
ALTER TYPE ledger_account ADD VALUE 'jackpots';

-- Money that moves between two accounts of the house. Its two entries carry its id and no player.
CREATE TABLE house_transfer (
  id uuid PRIMARY KEY,
  brand text NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  from_account ledger_account NOT NULL,
  from_party text NOT NULL,
  to_account ledger_account NOT NULL,
  to_party text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (from_account <> to_account)                  -- an entry's key has the account, not the party
);
CREATE TRIGGER house_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON house_transfer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The sequence of the last line of a wallet before the first one of `at` or later; 0 when there is none before.
-- Sequences have no gaps, and times follow them but for the moments that a transaction waits for its player's lock
-- (never more than 5 s): halving finds a line that is surely before, a short scan from there finds the first of the
-- period. So every line belongs to one period only, and it does so for good once the moment is 5 s past.
CREATE FUNCTION sequence_before(player uuid, wallet_currency text, at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
  surely CONSTANT timestamptz := at - interval '10 seconds';
  low bigint := 0; high bigint; middle bigint; seen timestamptz; first bigint;
BEGIN
  SELECT w.sequence INTO high FROM wallet w WHERE w.player_id = player AND w.currency = wallet_currency;
  high := coalesce(high, 0) + 1;
  WHILE high - low > 1 LOOP
    middle := (low + high) / 2;
    SELECT j.created_at INTO seen FROM journal j
      WHERE j.player_id = player AND j.currency = wallet_currency AND j.sequence = middle;
    IF seen < surely THEN low := middle; ELSE high := middle; END IF;
  END LOOP;
  SELECT j.sequence INTO first FROM journal j
    WHERE j.player_id = player AND j.currency = wallet_currency AND j.sequence > low AND j.created_at >= at
    ORDER BY j.sequence LIMIT 1;
  RETURN coalesce(first - 1,
    (SELECT w.sequence FROM wallet w WHERE w.player_id = player AND w.currency = wallet_currency), 0);
END $$;
