-- Purpose: what all processes count together, such as tries of a password: the table of Django's database cache.
-- Callers: migration dwaybank 0013; Django's DatabaseCache.
-- Locks:   none, the table is new.
CREATE TABLE django_cache_entries (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX django_cache_entries_expires ON django_cache_entries (expires);
-- reverse:
DROP TABLE django_cache_entries;
