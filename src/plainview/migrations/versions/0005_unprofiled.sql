CREATE TABLE unprofiled (
    person_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_unprofiled PRIMARY KEY (person_id)
);
