-- A person is one human across brands and registrations; the row is the person's fence, locked by whatever
-- restricts or links. Nothing in this schema holds readable personal data: profiles are AES-256-GCM under a key
-- of their person, look-ups go by keyed hashes (blind indexes).
CREATE TABLE person (
  id uuid PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT 0 CHECK (epoch >= 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Apart from person, so that it can have a short backup retention of its own: dropping the row is the erasure.
CREATE TABLE person_key (
  person_id uuid PRIMARY KEY REFERENCES person (id),
  wrapped_key bytea NOT NULL CHECK (octet_length(wrapped_key) = 60)
);

-- What a person was ever known by: HMAC-SHA256 of e-mail, phone, and name with birth date.
CREATE TABLE person_identifier (
  digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
  kind text NOT NULL CHECK (kind IN ('email', 'phone', 'name-birth')),
  person_id uuid NOT NULL REFERENCES person (id)
);
CREATE INDEX person_identifier_person ON person_identifier (person_id);

CREATE TABLE player (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  brand text NOT NULL,
  -- pending: committed, but its wallet is not open yet; to the outside it does not exist
  status text NOT NULL CHECK (status IN ('pending', 'active', 'suspended', 'closed')),
  kyc_level text NOT NULL DEFAULT 'none' CHECK (kyc_level IN ('none', 'basic', 'verified', 'enhanced')),
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  currency text NOT NULL CHECK (currency ~ '^[A-Z0-9]{3,10}$'),
  email_index bytea NOT NULL,
  phone_index bytea,
  name_birth_index bytea NOT NULL,
  profile bytea NOT NULL,
  password_hash text NOT NULL,
  consents jsonb NOT NULL,
  click_id text,
  -- which version of the market rules let the player in
  policy_version text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT player_one_per_email UNIQUE (brand, email_index),
  CONSTRAINT player_one_per_phone UNIQUE (brand, phone_index),
  CONSTRAINT player_one_per_name_birth UNIQUE (brand, name_birth_index),
  CONSTRAINT player_one_per_person UNIQUE (brand, person_id)
);

-- Committed with the pending player; the answer comes with the last transaction of the registration. Until then
-- whoever holds the lease works on it; after a crash the lease runs out and the sweeper or a retry takes over.
CREATE TABLE registration (
  caller text NOT NULL,
  brand text NOT NULL,
  key text NOT NULL,
  body_sha256 text NOT NULL,
  -- no foreign key: a registration that the wallet refused keeps its answer, not its player
  player_id uuid,
  answer jsonb,
  leased_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (caller, brand, key),
  CHECK (answer IS NOT NULL OR (player_id IS NOT NULL AND leased_until IS NOT NULL))
);
CREATE INDEX registration_open ON registration (leased_until) WHERE answer IS NULL;
CREATE INDEX registration_created_at ON registration (created_at);
