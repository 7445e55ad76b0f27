-- From here on what is personal lies sealed, and its keys lie with the warden, whom SQL cannot ask.
DO $$ BEGIN
    IF EXISTS (SELECT FROM person_keys) THEN
        RAISE EXCEPTION 'This data was made before the warden held its keys. Start with a new data folder.';
    END IF;
END $$;

-- What a ceremony is for travels with the browser; those under way are begun again.
DELETE FROM ceremonies;
ALTER TABLE ceremonies DROP COLUMN intent;
ALTER TABLE ceremonies ADD COLUMN commitment BYTEA NOT NULL;

DROP TABLE events;
CREATE TABLE events (
    person_id BIGINT NOT NULL,
    event_id UUID NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (person_id, event_id)
)
 PARTITION BY HASH (person_id);

CREATE TABLE event_segments (
    person_id BIGINT NOT NULL,
    sequence BIGINT GENERATED ALWAYS AS IDENTITY,
    body BYTEA NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_event_segments PRIMARY KEY (person_id, sequence)
)
 PARTITION BY HASH (person_id);

CREATE INDEX ix_event_segments_sequence ON event_segments (sequence);

DROP TABLE pages;
CREATE TABLE pages (
    person_id BIGINT NOT NULL,
    page_id BIGINT NOT NULL,
    body BYTEA NOT NULL,
    CONSTRAINT pk_pages PRIMARY KEY (person_id, page_id)
)
 PARTITION BY HASH (person_id);

CREATE TABLE events_0 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE events_1 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE events_2 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE events_3 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE events_4 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE events_5 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE events_6 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE events_7 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE event_segments_0 PARTITION OF event_segments FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE event_segments_1 PARTITION OF event_segments FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE event_segments_2 PARTITION OF event_segments FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE event_segments_3 PARTITION OF event_segments FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE event_segments_4 PARTITION OF event_segments FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE event_segments_5 PARTITION OF event_segments FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE event_segments_6 PARTITION OF event_segments FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE event_segments_7 PARTITION OF event_segments FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE pages_0 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE pages_1 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE pages_2 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE pages_3 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE pages_4 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE pages_5 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE pages_6 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE pages_7 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 7);

DROP TABLE person_keys;

ALTER TABLE passwords ALTER COLUMN hash TYPE BYTEA USING convert_to(hash, 'UTF8');
ALTER TABLE passkeys ALTER COLUMN name TYPE BYTEA USING convert_to(name, 'UTF8');
ALTER TABLE reports ALTER COLUMN reason TYPE BYTEA USING convert_to(reason, 'UTF8');
-- What somebody calls a file on their own machine is nobody's business.
ALTER TABLE uploads DROP COLUMN filename;
