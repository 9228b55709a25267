//! The texts of every kind, and what is none.

use parley_protocol::ids::{DeviceId, MessageId};
use parley_protocol::json;

use super::*;

#[derive(PartialEq, Debug, Serialize, Deserialize)]
struct Holder(#[serde(with = "super")] Body);

const TARGET: Target = Target {
    device: DeviceId::from_bytes([1; 16]),
    id: MessageId::from_bytes([2; 16]),
};

fn read(text: &str) -> Option<Body> {
    json::read::<Holder>(text).ok().map(|holder| holder.0)
}

fn text(text: &str) -> Body {
    Body::Text {
        text: text.to_owned(),
        reply: None,
        thread: None,
        forwarded: false,
        files: Vec::new(),
    }
}

#[test]
fn each_kind_is_read_as_it_was_written() {
    let target = json::write(&TARGET);
    let relation = |act| Body::Relation(Relation { to: TARGET, act });
    let poll = Poll {
        question: "When?".to_owned(),
        options: vec!["now".to_owned(), "then".to_owned()],
        several: false,
    };
    let threaded = Body::Text {
        text: "hello".to_owned(),
        reply: Some(TARGET),
        thread: Some(TARGET),
        forwarded: false,
        files: Vec::new(),
    };
    let passed_on = Body::Text {
        text: "hello".to_owned(),
        reply: None,
        thread: None,
        forwarded: true,
        files: Vec::new(),
    };
    let kinds = [
        (text("hello"), r#"{"text":"hello"}"#),
        (threaded, r#"{"text":"hello","reply":T,"thread":T}"#),
        (passed_on, r#"{"text":"hello","forwarded":true}"#),
        (
            Body::Poll { poll, thread: None },
            r#"{"poll":{"question":"When?","options":["now","then"],"several":false}}"#,
        ),
        (
            relation(Act::Edit("bye".to_owned())),
            r#"{"edit":{"of":T,"text":"bye"}}"#,
        ),
        (
            Body::CustomEmoji(EmojiChange {
                name: "parrot".to_owned(),
                image: Some("iVBO".to_owned()),
            }),
            r#"{"custom_emoji":{"name":"parrot","image":"iVBO"}}"#,
        ),
        (
            Body::CustomEmoji(EmojiChange::remove("parrot".to_owned())),
            r#"{"custom_emoji_removed":{"name":"parrot"}}"#,
        ),
        (
            relation(Act::React("👍".to_owned())),
            r#"{"reaction":{"to":T,"emoji":"👍","on":true}}"#,
        ),
        (
            relation(Act::Unreact("👍".to_owned())),
            r#"{"reaction":{"to":T,"emoji":"👍","on":false}}"#,
        ),
        (relation(Act::Delete), r#"{"deletion":{"of":T}}"#),
        (relation(Act::Pin), r#"{"pin":{"of":T,"on":true}}"#),
        (relation(Act::Unpin), r#"{"pin":{"of":T,"on":false}}"#),
        (
            relation(Act::Vote(vec![0, 2])),
            r#"{"vote":{"poll":T,"options":[0,2]}}"#,
        ),
        (relation(Act::ClosePoll), r#"{"poll_closed":{"poll":T}}"#),
    ];
    for (body, expected) in kinds {
        let expected = expected.replace(":T", &format!(":{target}"));
        assert_eq!(read(&expected), Some(body.clone()), "{expected}");
        assert_eq!(json::write(&Holder(body)), expected);
    }
}

#[test]
fn a_kind_that_is_not_known_yet_is_still_a_message() {
    for kind in [
        r#""wave""#,
        r#"{"sticker":{"options":["a",1,null]}}"#,
        "{}",
        r#"{"text":"a","poll":{"question":"a","options":[],"several":true}}"#,
    ] {
        assert_eq!(read(kind), Some(NEWER), "{kind}");
    }
    assert_eq!(read(r#"{"text":"a","later":1}"#), Some(text("a")));
}

#[test]
fn what_is_no_body_is_damaged() {
    for kind in [
        "null",
        "7",
        "[]",
        r#"{"text":7}"#,
        r#"{"text":"a""#,
        r#"{"poll":{"options":["a",1,null]}}"#,
        r#"{"edit":{"text":"a"}}"#,
        r#"{"reaction":7}"#,
        r#"{"text":"a","reply":"b"}"#,
        r#"{"text":"a","forwarded":"b"}"#,
    ] {
        assert_eq!(read(kind), None, "{kind}");
    }
}
