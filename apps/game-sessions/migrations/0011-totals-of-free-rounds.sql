-- What a movement says that all of the rounds won; it pays what their results did not.
ALTER TABLE free_round_use ADD COLUMN total bigint;
