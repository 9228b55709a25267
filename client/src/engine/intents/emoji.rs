//! What the person does with the community's emoji, led to the channels.

use parley_protocol::Millis;

use crate::custom_emoji::EmojiChange;
use crate::engine::{EmojiError, Engine};

/// The community's emoji.
impl Engine {
    /// Adds an emoji for everybody, in place of one with that name: a PNG or WebP of at most
    /// [`crate::custom_emoji::MAX_IMAGE_BYTES`].
    ///
    /// # Errors
    /// [`EmojiError`]
    pub fn add_emoji(&mut self, name: String, image: &[u8], now: Millis) -> Result<(), EmojiError> {
        let change = EmojiChange::add(name, image)?;
        self.change_emoji(change, now)
    }

    /// Takes an emoji away for everybody.
    ///
    /// # Errors
    /// [`EmojiError`]
    pub fn remove_emoji(&mut self, name: String, now: Millis) -> Result<(), EmojiError> {
        self.change_emoji(EmojiChange::remove(name), now)
    }

    fn change_emoji(&mut self, change: EmojiChange, now: Millis) -> Result<(), EmojiError> {
        let changed = self.with(now, |parts, cx| parts.channels.change_emoji(change, cx));
        self.finish(now);
        changed
    }
}
