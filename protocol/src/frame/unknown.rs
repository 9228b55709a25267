//! Tells a frame of a type that this side does not know from a broken one. Looks at tags only.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The tags of a frame, and nothing else of it.
#[derive(Serialize, Deserialize)]
struct Tags {
    #[serde(rename = "type")]
    tag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Tag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Tag>,
}

#[derive(Serialize, Deserialize)]
struct Tag {
    #[serde(rename = "type")]
    tag: String,
}

/// Whether the frame, or the request or response in it, has a type that `T` does not have. A frame of tags
/// alone cannot hold any other unknown variant.
pub(super) fn has_unknown_type<T: DeserializeOwned>(text: &str) -> bool {
    let Ok(tags) = serde_json::from_str::<Tags>(text) else {
        return false;
    };
    let bare = serde_json::to_string(&tags).unwrap_or_default();
    serde_json::from_str::<T>(&bare)
        .is_err_and(|error| error.to_string().starts_with("unknown variant"))
}
