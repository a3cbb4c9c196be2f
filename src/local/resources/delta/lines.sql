-- The tables of chroma.sqlite3 that matter, with one collection without records, as Chroma 1.0.3
-- makes them.
CREATE TABLE "collections" (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    dimension INTEGER,
    database_id TEXT NOT NULL,
    config_json_str TEXT,
    UNIQUE (name, database_id)
);
CREATE TABLE "segments" (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    scope TEXT NOT NULL,
    collection TEXT NOT NULL
);
CREATE TABLE max_seq_id (
    segment_id TEXT PRIMARY KEY,
    seq_id INTEGER
);
CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY,
    segment_id TEXT NOT NULL,
    embedding_id TEXT NOT NULL,
    seq_id BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (segment_id, embedding_id)
);
CREATE TABLE embedding_metadata (
    id INTEGER REFERENCES embeddings(id),
    key TEXT NOT NULL,
    string_value TEXT,
    int_value INTEGER,
    float_value REAL,
    bool_value INTEGER,
    PRIMARY KEY (id, key)
);
CREATE TABLE embeddings_queue (
    seq_id INTEGER PRIMARY KEY,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    operation INTEGER NOT NULL,
    topic TEXT NOT NULL,
    id TEXT NOT NULL,
    vector BLOB,
    encoding TEXT,
    metadata TEXT
);
INSERT INTO collections (id, name, database_id)
VALUES ('76a7a965-7a6a-442e-9cb1-631deca287f9', 'lines', '00000000-0000-0000-0000-000000000000');
INSERT INTO segments (id, type, scope, collection)
VALUES ('bcfa4619-427e-4619-ab75-870279635e66', 'urn:chroma:segment/vector/hnsw-local-persisted',
        'VECTOR', '76a7a965-7a6a-442e-9cb1-631deca287f9');
INSERT INTO segments (id, type, scope, collection)
VALUES ('6e8d785d-50f4-4c3c-837a-9cd717f4cfc3', 'urn:chroma:segment/metadata/sqlite',
        'METADATA', '76a7a965-7a6a-442e-9cb1-631deca287f9');
