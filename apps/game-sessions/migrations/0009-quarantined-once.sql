-- A provider sends a win that is refused again and again, for days: it is one entry of the queue, with how often it came.
-- Strangers' calls stay apart: another signature over the same bytes may be the good one.
ALTER TABLE quarantined_callback
  ADD COLUMN received int NOT NULL DEFAULT 1,
  ADD COLUMN last_received_at timestamptz;

UPDATE quarantined_callback q SET status = 'discarded', decided_by = 'migration', decided_at = clock_timestamp(),
  decision_reason = 'the same as an earlier one'
WHERE status = 'open' AND reason <> 'unauthenticated' AND EXISTS (
  SELECT FROM quarantined_callback e
  WHERE e.status = 'open' AND (e.brand, e.provider, e.reason, e.method, e.path, e.query, e.body_sha256)
    = (q.brand, q.provider, q.reason, q.method, q.path, q.query, q.body_sha256) AND e.id < q.id);

CREATE UNIQUE INDEX quarantined_callback_once
  ON quarantined_callback (brand, provider, reason, method, path, md5(query), body_sha256)
  WHERE status = 'open' AND reason <> 'unauthenticated';

-- How many there are of strangers is bounded, whatever they send.
CREATE INDEX quarantined_callback_strangers ON quarantined_callback (received_at) WHERE reason = 'unauthenticated';
