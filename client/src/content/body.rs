//! What was written, as it stands inside the ciphertext: an object with one key that names its kind. A kind that is
//! not known here is of a newer version; a known one that does not fit is damaged.

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::custom_emoji::EmojiChange;
use crate::timeline::relations::{Act, Poll, Relation, Target};
use crate::timeline::{Body, Unreadable};

/// What the kinds of relations hold, each some of it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<u8>>,
}

pub(super) fn serialize<S: Serializer>(body: &Body, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    match body {
        Body::Text {
            text,
            reply,
            thread,
            forwarded,
            files,
        } => {
            map.serialize_entry("text", text)?;
            if let Some(reply) = reply {
                map.serialize_entry("reply", reply)?;
            }
            if let Some(thread) = thread {
                map.serialize_entry("thread", thread)?;
            }
            if *forwarded {
                map.serialize_entry("forwarded", forwarded)?;
            }
            if !files.is_empty() {
                map.serialize_entry("files", files)?;
            }
        }
        Body::Poll { poll, thread } => {
            map.serialize_entry("poll", poll)?;
            if let Some(thread) = thread {
                map.serialize_entry("thread", thread)?;
            }
        }
        Body::Relation(relation) => {
            let (kind, fields) = to_fields(relation);
            map.serialize_entry(kind, &fields)?;
        }
        Body::CustomEmoji(change) => {
            let kind = if change.image.is_some() {
                "custom_emoji"
            } else {
                "custom_emoji_removed"
            };
            map.serialize_entry(kind, change)?;
        }
        Body::Status(status) => map.serialize_entry("status", status)?,
        Body::Removed { .. } | Body::Void | Body::Unreadable { .. } => {}
    }
    map.end()
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Body, D::Error> {
    deserializer.deserialize_any(Kinds)
}

struct Kinds;

impl<'de> Visitor<'de> for Kinds {
    type Value = Body;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body of a message")
    }

    fn visit_str<E>(self, _: &str) -> Result<Body, E> {
        Ok(NEWER)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
        let (mut body, mut kinds) = (NEWER, 0);
        let (mut reply_to, mut hangs_off, mut is_forwarded) = (None, None, false);
        let mut described = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            kinds += 1;
            match key.as_str() {
                "text" => {
                    body = Body::Text {
                        text: map.next_value()?,
                        reply: None,
                        thread: None,
                        forwarded: false,
                        files: Vec::new(),
                    }
                }
                "poll" => {
                    body = Body::Poll {
                        poll: map.next_value::<Poll>()?,
                        thread: None,
                    }
                }
                "edit" | "reaction" | "deletion" | "pin" | "vote" | "poll_closed" => {
                    let relation = from_fields(&key, map.next_value()?);
                    body = Body::Relation(relation.ok_or_else(|| A::Error::custom("incomplete"))?);
                }
                "custom_emoji" | "custom_emoji_removed" => {
                    let mut change: EmojiChange = map.next_value()?;
                    if key == "custom_emoji_removed" {
                        change.image = None;
                    } else if change.image.is_none() {
                        return Err(A::Error::custom("incomplete"));
                    }
                    body = Body::CustomEmoji(change);
                }
                "status" => body = Body::Status(map.next_value()?),
                "reply" | "thread" => {
                    kinds -= 1;
                    let target: Option<Target> = map.next_value()?;
                    if key == "reply" {
                        reply_to = target;
                    } else {
                        hangs_off = target;
                    }
                }
                "forwarded" => {
                    kinds -= 1;
                    is_forwarded = map.next_value()?;
                }
                "files" => {
                    kinds -= 1;
                    described = map.next_value()?;
                }
                _ => {
                    kinds -= 1;
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if let Body::Text {
            reply,
            thread,
            forwarded,
            files,
            text: _,
        } = &mut body
        {
            (*reply, *thread, *forwarded) = (reply_to, hangs_off, is_forwarded);
            *files = described;
        } else if let Body::Poll { thread, .. } = &mut body {
            *thread = hangs_off;
        }
        Ok(if kinds > 1 { NEWER } else { body })
    }
}

const NEWER: Body = Body::Unreadable {
    why: Unreadable::Newer,
};

fn to_fields(relation: &Relation) -> (&'static str, Fields) {
    let target = Some(relation.to);
    let nothing = Fields::default();
    let of = Fields {
        of: target,
        ..Fields::default()
    };
    let about_poll = Fields {
        poll: target,
        ..Fields::default()
    };
    match &relation.act {
        Act::Edit(text) => {
            let text = Some(text.clone());
            ("edit", Fields { text, ..of })
        }
        Act::React(emoji) | Act::Unreact(emoji) => {
            let fields = Fields {
                to: target,
                emoji: Some(emoji.clone()),
                on: Some(matches!(relation.act, Act::React(_))),
                ..nothing
            };
            ("reaction", fields)
        }
        Act::Delete => ("deletion", of),
        Act::Pin | Act::Unpin => {
            let on = Some(relation.act == Act::Pin);
            ("pin", Fields { on, ..of })
        }
        Act::Vote(options) => {
            let options = Some(options.clone());
            (
                "vote",
                Fields {
                    options,
                    ..about_poll
                },
            )
        }
        Act::ClosePoll => ("poll_closed", about_poll),
    }
}

fn from_fields(kind: &str, fields: Fields) -> Option<Relation> {
    let Fields {
        of,
        to,
        poll,
        text,
        emoji,
        on,
        options,
    } = fields;
    let (to, act) = match kind {
        "edit" => (of?, Act::Edit(text?)),
        "reaction" if on? => (to?, Act::React(emoji?)),
        "reaction" => (to?, Act::Unreact(emoji?)),
        "deletion" => (of?, Act::Delete),
        "pin" => (of?, if on? { Act::Pin } else { Act::Unpin }),
        "vote" => (poll?, Act::Vote(options?)),
        _ => (poll?, Act::ClosePoll),
    };
    Some(Relation { to, act })
}

/// A body by itself.
#[cfg(any(test, fuzzing))]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct AnyBody(
    #[serde(
        serialize_with = "super::body::serialize",
        deserialize_with = "super::body::deserialize"
    )]
    Body,
);

#[cfg(any(test, fuzzing))]
impl AnyBody {
    /// As a reader takes it.
    pub(super) fn into_sound(self) -> Body {
        let counts = match &self.0 {
            Body::Relation(relation) => relation.act.is_sound(),
            Body::Poll { poll, .. } => poll.check().is_ok(),
            Body::Text { files, .. } => crate::file::check(files).is_ok(),
            Body::CustomEmoji(_)
            | Body::Status(_)
            | Body::Void
            | Body::Removed { .. }
            | Body::Unreadable { .. } => true,
        };
        if counts { self.0 } else { Body::Void }
    }
}

#[cfg(test)]
mod tests;
