-- What was paid out to players, in millionths of a euro: net deposits are what was paid in less this.
CREATE TABLE kyc_payout (
  payment_id text PRIMARY KEY,
  player_id uuid NOT NULL REFERENCES player (id),
  micro_euros bigint NOT NULL,
  paid_at timestamptz NOT NULL
);
CREATE INDEX kyc_payout_player ON kyc_payout (player_id, paid_at);
