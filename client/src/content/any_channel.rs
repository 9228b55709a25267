//! A channel made of any texts, each as what stands inside a ciphertext: for the fuzzer, and for a test that feeds it
//! in a small way.

use parley_protocol::ids::{DeviceId, MessageId, UserId};
use parley_protocol::json;
use parley_protocol::keys::SessionId;

use super::body::AnyBody;
use crate::file::limits::MAX_FILES;
use crate::file::{FileOf, clean_name, shown_as, type_of_first_bytes};
use crate::timeline::relations::limits::{MAX_EDITS, MAX_EMOJI, MAX_OPTIONS};
use crate::timeline::{Timeline, TimelineItem};

/// Authors of the channel.
const PEOPLE: usize = 4;

/// Reads each line as the body of a message, forwards and backwards, and looks at everything that a person would see.
///
/// # Panics
/// If something is beyond its bounds, or not the same in both directions.
pub fn look_at(lines: &str) {
    let items: Vec<TimelineItem> = (1..).zip(lines.lines()).filter_map(item).collect();
    let forwards = fill(items.iter());
    let backwards = fill(items.iter().rev());
    let me = (UserId::from_bytes([0; 16]), DeviceId::from_bytes([0; 16]));
    for item in &items {
        let seen = forwards.summary(item, me);
        assert_eq!(seen, backwards.summary(item, me), "the order counts");
        assert!(seen.reactions.len() <= MAX_EMOJI);
        assert!(seen.edits.len() <= MAX_EDITS);
        let choices = seen.poll.iter().map(|tally| tally.choices.len());
        assert!(choices.sum::<usize>() <= MAX_OPTIONS);
        assert_ne!(forwards.thread_of(item), Some(item.target()));
        look_at_files(item);
        let thread = forwards.thread(item.target());
        assert!(thread.count() <= items.len());
        assert!(forwards.pinned(me).len() <= items.len());
    }
}

fn look_at_files(item: &TimelineItem) {
    let files: Vec<FileOf<'_>> = item.files().collect();
    assert!(files.len() <= MAX_FILES);
    for FileOf { file, blobs } in files {
        // No list of blobs came with it.
        assert!(blobs.is_err());
        let cut = file.cut();
        let last = cut.range(file.chunks.saturating_sub(1));
        assert_eq!((cut.count(), last.end), (file.chunks, file.size));
        let name = clean_name(&file.name);
        assert_eq!(clean_name(&name), name);
        assert!(
            type_of_first_bytes(file.name.as_bytes(), &file.mime)
                .is_none_or(|it| shown_as(it).is_some())
        );
    }
}

fn fill<'a>(items: impl Iterator<Item = &'a TimelineItem>) -> Timeline {
    let mut timeline = Timeline::default();
    for item in items {
        timeline.put(item.clone());
    }
    timeline
}

fn item((seq, line): (u64, &str)) -> Option<TimelineItem> {
    let body = json::read::<AnyBody>(line).ok()?;
    let again = json::read::<AnyBody>(&json::write(&body)).ok()?;
    assert_eq!(body, again, "what was written is read as something else");
    let person = u8::try_from(line.len() % PEOPLE).unwrap_or_default();
    let id = u8::try_from(seq % 256).unwrap_or_default();
    Some(TimelineItem {
        seq,
        id: MessageId::from_bytes([id; 16]),
        device: DeviceId::from_bytes([person; 16]),
        user: UserId::from_bytes([person; 16]),
        at: seq,
        body: body.into_sound(),
        session: SessionId::from_bytes([person; 32]),
        named: None,
        head_seq: 0,
        index: 0,
        is_signed: true,
        by_right: line.len() % 3 == 0,
        ciphertext: None,
        taken_at: None,
        gone: None,
        blobs: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// A target that often is there.
    fn target() -> impl Strategy<Value = String> {
        (0..4_u8, 0..12_u8).prop_map(|(person, id)| {
            let device = DeviceId::from_bytes([person; 16]);
            let id = MessageId::from_bytes([id; 16]);
            format!(r#"{{"device":"{device}","id":"{id}"}}"#)
        })
    }

    fn line() -> impl Strategy<Value = String> {
        let kinds = (target(), "[a-c👍\\\\\"{}:, ]{0,6}", 0..10_usize);
        let made = kinds.prop_map(|(t, text, kind)| {
            let text = json::write(&text);
            match kind {
                9 => format!(
                    r#"{{"text":{text},"files":[{{"name":{text},"mime":"a/b","size":7,"key":"{KEY}","chunk_bytes":1048576,"chunks":1,"root":"{KEY}","kind":{{"audio":{{"seconds":1}}}}}}]}}"#
                ),
                0 => format!(r#"{{"text":{text},"reply":{t},"thread":{t}}}"#),
                1 => format!(r#"{{"edit":{{"of":{t},"text":{text}}}}}"#),
                2 => format!(r#"{{"reaction":{{"to":{t},"emoji":"👍","on":true}}}}"#),
                3 => format!(r#"{{"deletion":{{"of":{t}}}}}"#),
                4 => format!(r#"{{"pin":{{"of":{t},"on":true}}}}"#),
                5 => format!(r#"{{"vote":{{"poll":{t},"options":[0,1]}}}}"#),
                6 => format!(r#"{{"poll":{{"question":"q","options":["a","b"],"several":false}},"thread":{t}}}"#),
                7 => format!(r#"{{"poll_closed":{{"poll":{t}}}}}"#),
                _ => format!(r#"{{"reaction":{{"to":{t},"emoji":{text},"on":false}},"pin":{text}}}"#),
            }
        });
        prop_oneof![9 => made, 1 => ".{0,40}"]
    }

    proptest! {
        #[test]
        fn no_channel_is_beyond_its_bounds(
            lines in proptest::collection::vec(line(), 0..40),
            cut in any::<prop::sample::Index>(),
        ) {
            let text = lines.join("\n");
            look_at(&text);
            let mut end = cut.index(text.len() + 1);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            look_at(&text[..end]);
        }
    }
}
