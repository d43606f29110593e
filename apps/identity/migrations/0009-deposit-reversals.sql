-- What of counted deposits was taken back, each time once, at the rate of its deposit: it is no deposit any more.
CREATE TABLE kyc_reversal (
  transaction_id text PRIMARY KEY,
  payment_id text NOT NULL REFERENCES kyc_deposit (payment_id),
  micro_euros bigint NOT NULL CHECK (micro_euros >= 0)
);
CREATE INDEX kyc_reversal_payment ON kyc_reversal (payment_id);

-- Deposits as thresholds and limits see them: less what was taken back, never below nothing.
CREATE VIEW kyc_net_deposit AS
  SELECT d.player_id, d.confirmed_at, greatest(0, d.micro_euros - coalesce(
    (SELECT sum(r.micro_euros) FROM kyc_reversal r WHERE r.payment_id = d.payment_id), 0))::bigint AS micro_euros
  FROM kyc_deposit d;
