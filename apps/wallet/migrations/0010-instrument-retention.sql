-- What paid or was paid in payments that are over, the oldest first: it is forgotten after a time.
CREATE INDEX payment_sealed_instrument ON payment (state_since)
  WHERE instrument_sealed IS NOT NULL AND state IN ('confirmed', 'failed', 'cancelled', 'paid', 'reversed');

-- A fact keeps what it says of the instrument only while it waits; afterwards the payment has it.
UPDATE payment_notification SET instrument_sealed = NULL, instrument_print = NULL, instrument_masked = NULL
WHERE outcome <> 'waiting' AND instrument_sealed IS NOT NULL;
ALTER TABLE payment_notification
  ADD CONSTRAINT payment_notification_instrument CHECK (outcome = 'waiting' OR instrument_sealed IS NULL);
