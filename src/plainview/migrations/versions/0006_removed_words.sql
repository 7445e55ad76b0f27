DROP INDEX ix_items_unsealed;

CREATE INDEX ix_items_unsealed ON items (item_id) WHERE caption <> '' AND (state <> 'published' OR visibility = 'only_me');

ALTER TABLE items DROP CONSTRAINT ck_items_owners_words_sealed;

-- Not checked for the rows that are there: SQL cannot seal their words, the worker does so when it starts.
ALTER TABLE items ADD CONSTRAINT ck_items_owners_words_sealed
    CHECK (caption = '' OR (state = 'published' AND visibility <> 'only_me')) NOT VALID;
