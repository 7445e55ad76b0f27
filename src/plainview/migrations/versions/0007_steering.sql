CREATE TABLE steering (
    person_id BIGINT NOT NULL,
    body BYTEA NOT NULL,
    CONSTRAINT pk_steering PRIMARY KEY (person_id)
);
