//! Passkeys, and accounts at identity providers, as of version 2.

pub(super) const FROM_1: &str = "
CREATE TABLE passkey (
    id BLOB PRIMARY KEY,
    user BLOB NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
);
CREATE INDEX passkey_user ON passkey (user);

CREATE TABLE subject (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user BLOB NOT NULL,
    PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
CREATE INDEX subject_user ON subject (user);
";
