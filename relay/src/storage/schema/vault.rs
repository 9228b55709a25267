//! The segments of the members' vaults, as of version 2.

/// Absent in version 1.
pub(super) const FROM_1: &str = "
CREATE TABLE vault (
    member INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    segments INTEGER NOT NULL,
    bytes INTEGER NOT NULL
);
CREATE TABLE vault_chain (
    device BLOB PRIMARY KEY,
    member INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    hash BLOB NOT NULL,
    follows INTEGER NOT NULL,
    dropped INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX vault_chain_member ON vault_chain (member);
CREATE TABLE segment (
    place INTEGER PRIMARY KEY,
    device BLOB NOT NULL,
    counter INTEGER NOT NULL,
    hash BLOB NOT NULL,
    follows INTEGER NOT NULL,
    previous BLOB NOT NULL,
    signature BLOB NOT NULL,
    sealed TEXT NOT NULL,
    UNIQUE (device, counter)
);
";
