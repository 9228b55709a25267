//! How much there may be. More is refused when it is sent, and counts nothing when it comes. All readers must agree:
//! a change here changes what old messages look like.

/// Bytes of an emoji. The longest ones with skin tones have 35.
pub const MAX_EMOJI_BYTES: usize = 40;
/// Different emoji at one message.
pub const MAX_EMOJI: usize = 20;
/// Edits of one message that its history shows, the newest ones.
pub const MAX_EDITS: usize = 50;
/// Options that a poll needs.
pub const MIN_OPTIONS: usize = 2;
/// Options of a poll.
pub const MAX_OPTIONS: usize = 20;
/// Characters of an option.
pub const MAX_OPTION_CHARS: usize = 200;
/// Characters of a poll's question.
pub const MAX_QUESTION_CHARS: usize = 500;
/// What one member does with one message, the first of it. Toggling in a loop ends there.
pub const MAX_ACTS: u32 = 500;
