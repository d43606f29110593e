-- When the day of a player is over whose age the market's rules depend on; null where they do not. The birth date itself
-- stays sealed.
ALTER TABLE limit_epoch ADD COLUMN age_due_at timestamptz;
CREATE INDEX limit_epoch_age ON limit_epoch (age_due_at) WHERE age_due_at IS NOT NULL;

-- Nobody told the wallet of birthdays so far: those who may have had one are told again.
INSERT INTO limit_epoch (player_id, epoch, age_due_at)
  SELECT id, 1, clock_timestamp() FROM player WHERE country = 'GB' AND erased_at IS NULL
  ON CONFLICT (player_id) DO UPDATE
    SET epoch = limit_epoch.epoch + 1, changed_at = clock_timestamp(), age_due_at = excluded.age_due_at;
