//! Blobs: who holds which, and what names them, as of version 4.

/// From version 3, in which items named no blobs. A blob lives while it has a holder: a member whose items and shares
/// name it so many times (`names`), or who uploaded it and has not named it yet (`uploaded_at`). `blob_gone` has the
/// files that are to be removed.
pub(super) const FROM_3: &str = "
ALTER TABLE item ADD COLUMN blobs BLOB;

CREATE TABLE blob (
    number INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    bytes INTEGER NOT NULL
);
CREATE TABLE blob_holder (
    blob INTEGER NOT NULL,
    member BLOB NOT NULL,
    names INTEGER NOT NULL,
    uploaded_at INTEGER,
    PRIMARY KEY (blob, member)
) WITHOUT ROWID;
CREATE INDEX blob_waiting ON blob_holder (uploaded_at) WHERE uploaded_at IS NOT NULL;
CREATE TABLE blob_item (
    blob INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (blob, place)
) WITHOUT ROWID;
CREATE INDEX blob_item_place ON blob_item (place);

CREATE TABLE share (
    number INTEGER PRIMARY KEY,
    maker BLOB NOT NULL,
    id BLOB NOT NULL,
    UNIQUE (maker, id)
);
CREATE TABLE share_reader (
    share INTEGER NOT NULL,
    member BLOB NOT NULL,
    PRIMARY KEY (share, member)
) WITHOUT ROWID;
CREATE TABLE share_blob (
    blob INTEGER NOT NULL,
    share INTEGER NOT NULL,
    PRIMARY KEY (blob, share)
) WITHOUT ROWID;
CREATE INDEX share_blob_share ON share_blob (share);

CREATE TABLE blob_usage (member BLOB PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE blob_total (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    blobs INTEGER NOT NULL,
    bytes INTEGER NOT NULL
);
INSERT INTO blob_total VALUES (1, 0, 0);
CREATE TABLE blob_gone (hash BLOB PRIMARY KEY) WITHOUT ROWID;
";
