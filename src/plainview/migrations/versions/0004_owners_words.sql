ALTER TABLE items ADD COLUMN sealed_caption BYTEA;

CREATE INDEX ix_items_unsealed ON items (item_id) WHERE caption <> '' AND (state = 'draft' OR visibility = 'only_me');

-- Not checked for the rows that are there: SQL cannot seal their words, the worker does so when it starts.
ALTER TABLE items ADD CONSTRAINT ck_items_owners_words_sealed
    CHECK (caption = '' OR (state <> 'draft' AND visibility <> 'only_me')) NOT VALID;
