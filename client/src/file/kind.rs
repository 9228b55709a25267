//! What a file is, as its author says: enough to keep its place on the screen before it is fetched. A kind that is not
//! known here is a file like any other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::limits::{MAX_PREVIEW_BYTES, MAX_SECONDS, MAX_SIDE, WAVEFORM_VALUES};

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FileKind {
    /// A picture.
    Image {
        /// Pixels across, as it is shown.
        width: u32,
        /// Pixels down, as it is shown.
        height: u32,
        /// A small blurred picture as text; empty if there is none.
        preview: String,
    },
    /// A video.
    Video {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// How long it is.
        seconds: u32,
        /// As with a picture.
        preview: String,
    },
    /// Sound.
    Audio {
        /// How long it is.
        seconds: u32,
    },
    /// Something that was spoken into the message.
    Voice {
        /// How long it is.
        seconds: u32,
        /// How loud it is, in equal parts of its time.
        waveform: Vec<u8>,
    },
    /// Anything else.
    #[default]
    Other,
}

/// What the kinds hold, each some of it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    preview: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    waveform: Option<String>,
}

impl FileKind {
    /// Whether nothing is known of it.
    pub fn is_other(&self) -> bool {
        *self == Self::Other
    }

    /// Whether it is one that a client writes.
    pub(super) fn is_sound(&self) -> bool {
        let is_side = |it: &u32| (1..=MAX_SIDE).contains(it);
        let is_time = |it: &u32| *it <= MAX_SECONDS;
        let is_preview = |it: &str| it.len() <= MAX_PREVIEW_BYTES;
        match self {
            Self::Image {
                width,
                height,
                preview,
            } => is_side(width) && is_side(height) && is_preview(preview),
            Self::Video {
                width,
                height,
                seconds,
                preview,
            } => is_side(width) && is_side(height) && is_time(seconds) && is_preview(preview),
            Self::Audio { seconds } => is_time(seconds),
            Self::Voice { seconds, waveform } => {
                is_time(seconds) && waveform.len() <= WAVEFORM_VALUES
            }
            Self::Other => true,
        }
    }

    fn to_fields(&self) -> (&'static str, Fields) {
        let nothing = Fields::default();
        match self {
            Self::Image {
                width,
                height,
                preview,
            } => {
                let fields = Fields {
                    width: Some(*width),
                    height: Some(*height),
                    preview: preview.clone(),
                    ..nothing
                };
                ("image", fields)
            }
            Self::Video {
                width,
                height,
                seconds,
                preview,
            } => {
                let fields = Fields {
                    width: Some(*width),
                    height: Some(*height),
                    seconds: Some(*seconds),
                    preview: preview.clone(),
                    ..nothing
                };
                ("video", fields)
            }
            Self::Audio { seconds } => {
                let seconds = Some(*seconds);
                ("audio", Fields { seconds, ..nothing })
            }
            Self::Voice { seconds, waveform } => {
                let fields = Fields {
                    seconds: Some(*seconds),
                    waveform: Some(URL_SAFE_NO_PAD.encode(waveform)),
                    ..nothing
                };
                ("voice", fields)
            }
            Self::Other => ("other", nothing),
        }
    }

    fn from_fields(kind: &str, fields: Fields) -> Option<Self> {
        let Fields {
            width,
            height,
            seconds,
            preview,
            waveform,
        } = fields;
        Some(match kind {
            "image" => Self::Image {
                width: width?,
                height: height?,
                preview,
            },
            "video" => Self::Video {
                width: width?,
                height: height?,
                seconds: seconds?,
                preview,
            },
            "audio" => Self::Audio { seconds: seconds? },
            _ => Self::Voice {
                seconds: seconds?,
                waveform: URL_SAFE_NO_PAD.decode(waveform?).ok()?,
            },
        })
    }
}

impl Serialize for FileKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, fields) = self.to_fields();
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(kind, &fields)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for FileKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Kinds)
    }
}

struct Kinds;

impl<'de> Visitor<'de> for Kinds {
    type Value = FileKind;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the kind of a file")
    }

    fn visit_str<E>(self, _: &str) -> Result<FileKind, E> {
        Ok(FileKind::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FileKind, A::Error> {
        let mut kind = FileKind::Other;
        while let Some(key) = map.next_key::<String>()? {
            if let "image" | "video" | "audio" | "voice" = key.as_str() {
                let found = FileKind::from_fields(&key, map.next_value()?);
                kind = found.ok_or_else(|| A::Error::custom("incomplete"))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(kind)
    }
}
