-- What a ceremony is for travels with the browser; those under way are begun again.
DELETE FROM ceremonies;
ALTER TABLE ceremonies DROP COLUMN intent;
ALTER TABLE ceremonies ADD COLUMN commitment BYTEA NOT NULL;
