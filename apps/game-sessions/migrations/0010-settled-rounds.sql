-- When the last result of a round came; null while a stake waits for one. Some providers never say that a round is over:
-- its results do.
ALTER TABLE round ADD COLUMN settled_at timestamptz;
UPDATE round SET settled_at = last.at
FROM (SELECT r.id, a.kind, a.at FROM round r
      CROSS JOIN LATERAL (SELECT kind, at FROM round_action
                          WHERE round_id = r.id AND kind IN ('bet', 'win')
                          ORDER BY wallet_sequence DESC LIMIT 1) a
      WHERE r.state IN ('open', 'interrupted')) last
WHERE last.id = round.id AND last.kind = 'win';
