//! Messages that are gone, and when they go, as of version 3.

/// From version 2, in which every item stayed as it was. `removal`: 0 as written; 1 deleted, and the order's body and
/// signature stand in its columns; 2 expired, without a text. `message_index` is kept of what expired.
pub(super) const FROM_2: &str = "
ALTER TABLE item ADD COLUMN removal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN message_index INTEGER;
ALTER TABLE item ADD COLUMN expires_at INTEGER;
CREATE INDEX item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL;
";
