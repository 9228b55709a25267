//! What the feature draws inside of others. The shell knows how, and puts it in context.

use leptos::prelude::*;

use super::File;
use crate::composer::store::Desk;
use crate::ids::ChannelId;

/// A part of the page that is about files.
#[derive(Clone, Debug)]
pub enum Part {
    /// In the composer: the button that chooses files, for the desk of that key.
    Attach(ChannelId),
    /// Above it: what is attached.
    Tray(ChannelId),
    /// In the composer: the button that records.
    Record(Desk),
    /// In a thread: dropping and pasting there.
    Drop(ChannelId),
    /// In a message: its files.
    OfMessage(Vec<File>),
    /// Once in the page: dropping, pasting, and pictures shown large.
    Host,
}

/// How a part is drawn.
#[derive(Clone, Copy)]
pub struct Parts(pub fn(Part) -> AnyView);

/// Draws a part, or nothing where nobody says how.
pub fn part(part: Part) -> AnyView {
    match use_context::<Parts>() {
        Some(Parts(draw)) => draw(part),
        None => ().into_any(),
    }
}
