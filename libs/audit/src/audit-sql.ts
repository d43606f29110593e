/**
 * The tables of a service's audit log, for its migrations. `audit_entry` is written in the transaction of the act;
 * `audit_seal` chains the entries of a stream afterwards and `audit_checkpoint` signs how far the chain went, so that
 * no act waits for a head row. Only `audit_horizon` is ever updated: transactions below it are finished and sealed.
 *
 * Triggers refuse every change to what was written, whoever asks. A deployment whose service does not own its tables
 * makes its role a member of `baize_audit_writer`, which may append and read and cannot drop the triggers; where the
 * migration may not create roles, whoever sets up the databases does.
 */
export const auditSql = `
CREATE TABLE audit_entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- the brand, or * for acts of the whole installation
  stream text NOT NULL,
  subject text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  action text NOT NULL,
  reason text,
  -- json, not jsonb: the digest covers the text as it was written
  details json NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX audit_entry_window ON audit_entry (xid, id);
CREATE INDEX audit_entry_stream ON audit_entry (stream, at, id);
CREATE INDEX audit_entry_subject ON audit_entry (subject, at, id);
CREATE TABLE audit_seal (
  stream text NOT NULL,
  position bigint NOT NULL CHECK (position > 0),
  entry_id bigint NOT NULL UNIQUE REFERENCES audit_entry (id),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  PRIMARY KEY (stream, position)
);
CREATE TABLE audit_checkpoint (
  stream text NOT NULL,
  position bigint NOT NULL,
  digest bytea NOT NULL,
  sealed_at text NOT NULL,
  key_id text NOT NULL,
  signature bytea NOT NULL CHECK (octet_length(signature) = 64),
  PRIMARY KEY (stream, position)
);
CREATE TABLE audit_horizon (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  horizon xid8 NOT NULL
);
INSERT INTO audit_horizon (horizon) VALUES ('0');

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is appended to, never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_seal_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_checkpoint_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

DO $$ BEGIN
  BEGIN
    CREATE ROLE baize_audit_writer NOLOGIN;
  EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
    NULL; -- another service's migration made it, or it is not ours to make
  END;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'baize_audit_writer') THEN
    -- neither xid nor time: a writer cannot date an entry back
    GRANT INSERT (stream, subject, actor_kind, actor_id, action, reason, details) ON audit_entry TO baize_audit_writer;
    GRANT INSERT ON audit_seal, audit_checkpoint TO baize_audit_writer;
    GRANT SELECT ON audit_entry, audit_seal, audit_checkpoint, audit_horizon TO baize_audit_writer;
    GRANT UPDATE (horizon) ON audit_horizon TO baize_audit_writer;
  END IF;
END $$;
`;
