-- A person whose data was erased but who is still found, because of an exclusion, is no account any more: once nothing
-- restricts them they may open one again.
ALTER TABLE player DROP CONSTRAINT player_one_per_person;
CREATE UNIQUE INDEX player_one_per_person ON player (brand, person_id) WHERE erased_at IS NULL;
