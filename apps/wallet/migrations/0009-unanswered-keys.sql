-- Keys without an answer are few: those of requests in hand, and of processes that died. Sweepers look for the latter.
CREATE INDEX idempotency_key_unanswered ON idempotency_key (created_at) WHERE answer IS NULL;
