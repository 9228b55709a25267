//! A message in plain words, for an excerpt or a voice.

use super::markup;
use super::store::{Body, Message};

/// The text without its formatting and without what is hidden, or what its files are called. `None`: it cannot be read.
pub(super) fn words(message: &Message) -> Option<String> {
    match &message.body {
        Body::Text(text) if !text.is_empty() => Some(markup::in_words(text)),
        Body::Text(_) | Body::Removed | Body::Unreadable(_) => message.said(),
    }
}
