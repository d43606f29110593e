-- The transaction that last moved the end of a session: replicas keep sessions in memory, and look every moment for those
-- that changed. A trigger, so that no way of ending a session can forget it.
ALTER TABLE game_session ADD COLUMN end_moved_in xid8;
CREATE INDEX game_session_end_moved ON game_session (end_moved_in) WHERE end_moved_in IS NOT NULL;

CREATE FUNCTION note_moved_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.end_moved_in := pg_current_xact_id();
  RETURN NEW;
END
$$;
CREATE TRIGGER game_session_end_moved BEFORE UPDATE OF ended_at, expires_at ON game_session
  FOR EACH ROW EXECUTE FUNCTION note_moved_end();
