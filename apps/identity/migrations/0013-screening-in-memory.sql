-- The lists' names are searched in memory: what looked them up here costs a load more than it costs to read them.
DROP FUNCTION screening_candidates(text, boolean, real, int, int);
ALTER TABLE screening_name DROP COLUMN search, DROP COLUMN skeleton;
DROP EXTENSION pg_trgm;
