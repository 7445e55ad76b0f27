CREATE TABLE assets (
    asset_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    percent SMALLINT DEFAULT '0' NOT NULL,
    eta_s INTEGER,
    playable BOOLEAN DEFAULT 'false' NOT NULL,
    second_wave BOOLEAN DEFAULT 'false' NOT NULL,
    attempts SMALLINT DEFAULT '0' NOT NULL,
    code TEXT,
    cause TEXT,
    original TEXT,
    bytes BIGINT DEFAULT '0' NOT NULL,
    probe JSONB,
    duration_ms INTEGER,
    width INTEGER,
    height INTEGER,
    has_sound BOOLEAN DEFAULT 'false' NOT NULL,
    placeholder TEXT DEFAULT '' NOT NULL,
    strip JSONB,
    renditions JSONB DEFAULT '[]' NOT NULL,
    captions JSONB DEFAULT '[]' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_assets PRIMARY KEY (asset_id),
    CONSTRAINT uq_assets_item_id UNIQUE (item_id)
);

CREATE INDEX ix_assets_person_id ON assets (person_id);

CREATE TABLE blocks (
    person_id BIGINT NOT NULL,
    blocked_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_blocks PRIMARY KEY (person_id, blocked_id)
);

CREATE INDEX ix_blocks_blocked_id ON blocks (blocked_id);

CREATE TABLE ceremonies (
    ceremony_id BIGINT NOT NULL,
    challenge BYTEA NOT NULL,
    intent BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ceremonies PRIMARY KEY (ceremony_id)
);

CREATE INDEX ix_ceremonies_expires_at ON ceremonies (expires_at);

CREATE TABLE comment_likes (
    person_id BIGINT NOT NULL,
    comment_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_comment_likes PRIMARY KEY (person_id, comment_id)
);

CREATE INDEX ix_comment_likes_comment_id ON comment_likes (comment_id);

CREATE TABLE comments (
    comment_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    parent_id BIGINT,
    text TEXT NOT NULL,
    likes INTEGER DEFAULT '0' NOT NULL,
    replies INTEGER DEFAULT '0' NOT NULL,
    edited BOOLEAN DEFAULT 'false' NOT NULL,
    sample BOOLEAN DEFAULT 'false' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_comments PRIMARY KEY (comment_id)
);

CREATE INDEX ix_comments_item_id ON comments (item_id, parent_id, comment_id);

CREATE INDEX ix_comments_person_id ON comments (person_id);

CREATE TABLE events (
    person_id BIGINT NOT NULL,
    event_id UUID NOT NULL,
    sequence BIGINT GENERATED ALWAYS AS IDENTITY,
    kind SMALLINT NOT NULL,
    item_id BIGINT NOT NULL,
    other_id BIGINT,
    at_ms BIGINT NOT NULL,
    page_id BIGINT,
    position SMALLINT,
    watched_ms INTEGER,
    loops SMALLINT,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (person_id, event_id)
)
 PARTITION BY HASH (person_id);

CREATE INDEX ix_events_sequence ON events (sequence);

CREATE TABLE events_0 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE events_1 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE events_2 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE events_3 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE events_4 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE events_5 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE events_6 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE events_7 PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER 7);

CREATE TABLE follows (
    person_id BIGINT NOT NULL,
    followed_id BIGINT NOT NULL,
    accepted BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_follows PRIMARY KEY (person_id, followed_id)
);

CREATE INDEX ix_follows_followed_id ON follows (followed_id, accepted, person_id);

CREATE TABLE hidden (
    person_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_hidden PRIMARY KEY (person_id, kind, subject_id)
);

CREATE TABLE item_mentions (
    item_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    handle TEXT NOT NULL,
    CONSTRAINT pk_item_mentions PRIMARY KEY (item_id, person_id)
);

CREATE INDEX ix_item_mentions_person_id ON item_mentions (person_id);

CREATE TABLE item_tags (
    tag TEXT NOT NULL,
    item_id BIGINT NOT NULL,
    CONSTRAINT pk_item_tags PRIMARY KEY (tag, item_id)
);

CREATE INDEX ix_item_tags_item_id ON item_tags (item_id);

CREATE TABLE items (
    item_id BIGINT NOT NULL,
    kind TEXT DEFAULT 'video' NOT NULL,
    person_id BIGINT NOT NULL,
    asset_id BIGINT NOT NULL,
    sound_id BIGINT NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    visibility TEXT DEFAULT 'public' NOT NULL,
    caption TEXT DEFAULT '' NOT NULL,
    language TEXT,
    allow_comments BOOLEAN DEFAULT 'true' NOT NULL,
    allow_reuse BOOLEAN DEFAULT 'true' NOT NULL,
    sample BOOLEAN DEFAULT 'false' NOT NULL,
    edited BOOLEAN DEFAULT 'false' NOT NULL,
    views BIGINT DEFAULT '0' NOT NULL,
    likes BIGINT DEFAULT '0' NOT NULL,
    comments BIGINT DEFAULT '0' NOT NULL,
    shares BIGINT DEFAULT '0' NOT NULL,
    saves BIGINT DEFAULT '0' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_items PRIMARY KEY (item_id)
);

CREATE INDEX ix_items_asset_id ON items (asset_id);

CREATE INDEX ix_items_person_id_item_id ON items (person_id, item_id);

CREATE TABLE likes (
    person_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_likes PRIMARY KEY (person_id, item_id)
);

CREATE INDEX ix_likes_item_id ON likes (item_id);

CREATE TABLE notices (
    person_id BIGINT NOT NULL,
    notice_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor_id BIGINT,
    item_id BIGINT,
    comment_id BIGINT,
    count SMALLINT DEFAULT '1' NOT NULL,
    read BOOLEAN DEFAULT 'false' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_notices PRIMARY KEY (person_id, notice_id)
);

CREATE TABLE pages (
    person_id BIGINT NOT NULL,
    page_id BIGINT NOT NULL,
    mode TEXT NOT NULL,
    model TEXT NOT NULL,
    item_ids BIGINT[] NOT NULL,
    scores FLOAT(24)[] NOT NULL,
    propensities FLOAT(24)[] NOT NULL,
    sources INTEGER[] NOT NULL,
    reasons JSONB NOT NULL,
    CONSTRAINT pk_pages PRIMARY KEY (person_id, page_id)
)
 PARTITION BY HASH (person_id);

CREATE TABLE pages_0 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE pages_1 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE pages_2 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE pages_3 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE pages_4 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE pages_5 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE pages_6 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE pages_7 PARTITION OF pages FOR VALUES WITH (MODULUS 8, REMAINDER 7);

CREATE TABLE passkeys (
    person_id BIGINT NOT NULL,
    passkey_id BIGINT NOT NULL,
    credential_id BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    sign_count BIGINT NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_passkeys PRIMARY KEY (person_id, passkey_id),
    CONSTRAINT uq_passkeys_credential_id UNIQUE (credential_id)
);

CREATE TABLE passwords (
    person_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_passwords PRIMARY KEY (person_id)
);

CREATE TABLE person_keys (
    person_id BIGINT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_person_keys PRIMARY KEY (person_id, version)
);

CREATE TABLE persons (
    person_id BIGINT NOT NULL,
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    bio TEXT DEFAULT '' NOT NULL,
    picture TEXT,
    is_private BOOLEAN DEFAULT 'false' NOT NULL,
    sample BOOLEAN DEFAULT 'false' NOT NULL,
    roles TEXT[] DEFAULT '{person}' NOT NULL,
    age_band BYTEA NOT NULL,
    followers INTEGER DEFAULT '0' NOT NULL,
    following INTEGER DEFAULT '0' NOT NULL,
    likes BIGINT DEFAULT '0' NOT NULL,
    videos INTEGER DEFAULT '0' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_persons PRIMARY KEY (person_id)
);

CREATE UNIQUE INDEX uq_persons_handle ON persons (lower(handle));

CREATE TABLE reports (
    person_id BIGINT NOT NULL,
    report_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    text BYTEA NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_reports PRIMARY KEY (person_id, report_id)
);

CREATE INDEX ix_reports_open ON reports (state, report_id);

CREATE INDEX ix_reports_subject ON reports (kind, subject_id);

CREATE TABLE saves (
    person_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_saves PRIMARY KEY (person_id, item_id)
);

CREATE INDEX ix_saves_item_id ON saves (item_id);

CREATE TABLE sessions (
    person_id BIGINT NOT NULL,
    session_id BIGINT NOT NULL,
    token_hash BYTEA NOT NULL,
    device BYTEA NOT NULL,
    address BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (person_id, session_id),
    CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash)
);

CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);

CREATE TABLE sounds (
    sound_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sounds PRIMARY KEY (sound_id)
);

CREATE INDEX ix_sounds_person_id ON sounds (person_id);

CREATE TABLE uploads (
    person_id BIGINT NOT NULL,
    upload_id BIGINT NOT NULL,
    asset_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    length BIGINT NOT NULL,
    filename TEXT DEFAULT '' NOT NULL,
    complete BOOLEAN DEFAULT 'false' NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_uploads PRIMARY KEY (person_id, upload_id),
    CONSTRAINT uq_uploads_asset_id UNIQUE (asset_id)
);

CREATE INDEX ix_uploads_expires_at ON uploads (expires_at);

CREATE INDEX ix_uploads_upload_id ON uploads (upload_id);

CREATE TABLE verdicts (
    verdict_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    decision TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    person_id BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_verdicts PRIMARY KEY (verdict_id)
);

CREATE INDEX ix_verdicts_subject ON verdicts (kind, subject_id);
