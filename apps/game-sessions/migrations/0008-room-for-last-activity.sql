-- `last_active_at` moves while a player plays: with room on the page no index entry is written for it.
ALTER TABLE game_session SET (fillfactor = 80);
