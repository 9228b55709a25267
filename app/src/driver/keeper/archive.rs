//! How the archive is kept: keys of sessions that came together are one record, since a browser takes most of its time
//! for each record, however small. Beside each there are tags of its sessions, so that few are opened when one key is
//! looked for.

use parley_client::store::{Record, Table};

use crate::platform::store::{Kept, Write};

/// Comes after everything that a start reads, as the archive itself does.
const TAGS: &str = "vault_tags/";
/// Characters of a session's id that tell it apart: 48 random bits.
const TAG: usize = 8;

/// The beginning of a session's id.
type Tag = [u8; TAG];

/// Which bundle may hold the key of which session.
pub(super) struct Tags(Vec<(String, Vec<Tag>)>);

impl Tags {
    /// What the names of their records begin with.
    pub(super) const BEGINNING: &'static str = TAGS;

    /// From the records of tags.
    pub(super) fn read(kept: &[Kept]) -> Self {
        Self(kept.iter().filter_map(one).collect())
    }

    /// What is being written is there, too.
    pub(super) fn note(&mut self, writes: &[Write]) {
        let put = |write: &Write| match write {
            Write::Put(kept) => one(kept),
            Write::Delete(_) => None,
        };
        self.0.extend(writes.iter().filter_map(put));
    }

    /// The names of the bundles that may hold what begins so.
    pub(super) fn bundles(&self, beginnings: &[String]) -> Vec<String> {
        let wanted: Vec<Tag> = beginnings.iter().filter_map(|it| tag(it)).collect();
        let may_hold = |tags: &Vec<Tag>| tags.iter().any(|tag| wanted.contains(tag));
        let found = self.0.iter().filter(|(_, tags)| may_hold(tags));
        found.map(|(bundle, _)| name(bundle)).collect()
    }
}

/// The bundle of a record of tags, and what it holds.
fn one(kept: &Kept) -> Option<(String, Vec<Tag>)> {
    let bundle = kept.name.strip_prefix(TAGS)?.to_owned();
    let (tags, _) = kept.value.as_chunks::<TAG>();
    Some((bundle, tags.to_vec()))
}

/// The name of a bundle's record.
fn name(bundle: &str) -> String {
    super::name(Table::Archive.as_str(), bundle)
}

/// What to write for records of the archive.
pub(super) fn writes(records: Vec<Record>) -> Vec<Write> {
    let mut writes = Vec::new();
    for records in records.chunk_by(|a, b| origin(a) == origin(b)) {
        let tags: Vec<Tag> = records.iter().filter_map(|it| tag(&it.key)).collect();
        // The same ones again are the same bundle.
        let first = tags.first().map(|tag| String::from_utf8_lossy(tag));
        let origin = records.first().map(origin).unwrap_or_default();
        let bundle = format!("{origin}/{}", first.unwrap_or_default());
        writes.push(put(name(&bundle), pack(records)));
        writes.push(put(format!("{TAGS}{bundle}"), tags.concat()));
    }
    writes
}

/// Where a key comes from: what stands after the session.
fn origin(record: &Record) -> &str {
    record.key.splitn(4, '/').nth(3).unwrap_or_default()
}

fn put(name: String, value: Vec<u8>) -> Write {
    Write::Put(Kept { name, value })
}

/// The session in a key of the archive, or in the beginning of one.
fn tag(key: &str) -> Option<Tag> {
    let session = key.split('/').nth(2)?;
    session.as_bytes().first_chunk().copied()
}

/// Key and value of each, each after its length in four bytes.
fn pack(records: &[Record]) -> Vec<u8> {
    let mut packed = Vec::new();
    for record in records {
        for part in [record.key.as_bytes(), &record.value] {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            packed.extend(length.to_le_bytes());
            packed.extend(part);
        }
    }
    packed
}

/// The records of a bundle whose keys begin with one of these.
pub(super) fn unpack(mut packed: &[u8], beginnings: &[String]) -> Vec<Record> {
    let mut records = Vec::new();
    while let Some(key) = part(&mut packed)
        && let Some(value) = part(&mut packed)
    {
        let Ok(key) = std::str::from_utf8(key) else {
            continue;
        };
        if beginnings.iter().any(|it| key.starts_with(it.as_str())) {
            records.push(Record {
                table: Table::Archive,
                key: key.to_owned(),
                value: value.to_vec(),
            });
        }
    }
    records
}

fn part<'a>(packed: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = packed.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (part, rest) = rest.split_at_checked(length)?;
    *packed = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::{Kept, Record, TAGS, Table, Tags, Write, unpack, writes};

    fn record(session: &str, origin: &str) -> Record {
        Record {
            table: Table::Archive,
            key: format!("channel/device/{session}/{origin}"),
            value: session.as_bytes().to_vec(),
        }
    }

    fn kept(writes: Vec<Write>) -> Vec<Kept> {
        let put = |write| match write {
            Write::Put(kept) => Some(kept),
            Write::Delete(_) => None,
        };
        writes.into_iter().filter_map(put).collect()
    }

    #[test]
    fn a_key_is_found_in_its_bundle_and_nothing_else_is_opened() {
        let written = kept(writes(vec![
            record("sessionone11", "mine/7"),
            record("sessiontwo22", "mine/7"),
            record("thirdsession", "mine/8"),
        ]));
        assert_eq!(written.len(), 4, "two bundles, and the tags of each");
        let (tags, bundles): (Vec<_>, Vec<_>) = written
            .into_iter()
            .partition(|it| it.name.starts_with(TAGS));
        let wanted = ["channel/device/thirdsession/".to_owned()];
        let names = Tags::read(&tags).bundles(&wanted);
        assert_eq!(names, ["vault_keys/mine/8/thirdses"]);
        let bundle = bundles.iter().find(|it| it.name == names[0]).unwrap();
        let found = unpack(&bundle.value, &wanted);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].key, "channel/device/thirdsession/mine/8");
        assert_eq!(found[0].value, b"thirdsession");
    }

    #[test]
    fn the_same_keys_again_take_no_more_room() {
        let again = || kept(writes(vec![record("a-long-session", "mine/7")]));
        let names = |kept: Vec<Kept>| kept.into_iter().map(|it| it.name).collect::<Vec<_>>();
        assert_eq!(names(again()), names(again()));
        let other = kept(writes(vec![record("other-session", "mine/7")]));
        assert_ne!(names(again()), names(other));
    }

    #[test]
    fn a_bundle_that_is_cut_short_gives_what_is_whole() {
        let written = kept(writes(vec![
            record("a-long-session", "mine/7"),
            record("b-long-session", "mine/7"),
        ]));
        let whole = &written[0].value;
        let all = [String::new()];
        assert_eq!(unpack(whole, &all).len(), 2);
        for length in 0..whole.len() {
            assert!(unpack(&whole[..length], &all).len() < 2);
        }
    }
}
