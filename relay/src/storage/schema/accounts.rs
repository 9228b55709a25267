//! Accounts, their wraps, second factors and sessions, as of version 2.

/// From version 1, in which every account had one password and one vault.
pub(super) const FROM_1: &str = "
CREATE TABLE new_account (
    user BLOB PRIMARY KEY,
    salt BLOB,
    hash BLOB,
    memory INTEGER,
    passes INTEGER,
    recovery BLOB
);
INSERT INTO new_account (user, salt, hash, memory, passes)
    SELECT user, salt, hash, memory, passes FROM account;

CREATE TABLE wrap (
    user BLOB NOT NULL,
    kind INTEGER NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (user, kind, id)
);
INSERT INTO wrap (user, kind, id, text) SELECT user, 0, '', vault FROM account;
DROP TABLE account;
ALTER TABLE new_account RENAME TO account;

CREATE TABLE second_factor (
    user BLOB PRIMARY KEY,
    secret BLOB NOT NULL,
    enabled INTEGER NOT NULL,
    last_step INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE recovery_code (
    user BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (user, hash)
) WITHOUT ROWID;

ALTER TABLE family ADD COLUMN opened_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE family ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE family ADD COLUMN network TEXT NOT NULL DEFAULT '';
CREATE TABLE seen (
    device BLOB PRIMARY KEY,
    user BLOB NOT NULL,
    at INTEGER NOT NULL,
    network TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX seen_user ON seen (user);
";
