-- What the national register of the market said last about an account, and when it is asked again. Without a row it was
-- never asked. `about` is the SHA-256 of the sealed profile that it was asked about: of a changed one nothing is known.
CREATE TABLE register_answer (
  player_id uuid PRIMARY KEY REFERENCES player (id) ON DELETE CASCADE,
  register text NOT NULL,
  answer text NOT NULL CHECK (answer IN ('clear', 'removed', 'excluded')),
  about bytea NOT NULL,
  asked_at timestamptz NOT NULL,
  next_check_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX register_answer_due ON register_answer (next_check_at);

-- Of somebody whom a register keeps out the account never comes to be, and is kept out of the next one too.
ALTER TABLE restriction DROP CONSTRAINT restriction_player_id_fkey;
