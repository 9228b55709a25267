//! Whether a relation or a poll may count at all, whatever it concerns. No client writes one that may not.

use parley_protocol::limits::MAX_TEXT_BYTES;
use parley_protocol::names::is_blank;

use super::limits::{MAX_OPTION_CHARS, MAX_OPTIONS, MAX_QUESTION_CHARS, MIN_OPTIONS};
use super::{Act, Poll, is_emoji};

/// What is wrong with a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PollFault {
    /// It asks nothing.
    #[error("the poll has no question")]
    NoQuestion,
    /// The question has more than [`MAX_QUESTION_CHARS`].
    #[error("the question is longer than {MAX_QUESTION_CHARS} characters")]
    QuestionTooLong,
    /// Fewer than [`MIN_OPTIONS`] or more than [`MAX_OPTIONS`].
    #[error("the poll has {count} options, {MIN_OPTIONS} to {MAX_OPTIONS} are allowed")]
    Options {
        /// How many it has.
        count: usize,
    },
    /// An option says nothing.
    #[error("option {index} is empty")]
    OptionEmpty {
        /// Which one, from 0.
        index: usize,
    },
    /// An option has more than [`MAX_OPTION_CHARS`].
    #[error("option {index} is longer than {MAX_OPTION_CHARS} characters")]
    OptionTooLong {
        /// Which one, from 0.
        index: usize,
    },
}

impl Poll {
    /// Whether it can be sent, and counts when it comes.
    ///
    /// # Errors
    /// [`PollFault`], the first one.
    pub fn check(&self) -> Result<(), PollFault> {
        let Self {
            question,
            options,
            several: _,
        } = self;
        if is_blank(question) {
            return Err(PollFault::NoQuestion);
        }
        if is_longer(question, MAX_QUESTION_CHARS) {
            return Err(PollFault::QuestionTooLong);
        }
        let count = options.len();
        if !(MIN_OPTIONS..=MAX_OPTIONS).contains(&count) {
            return Err(PollFault::Options { count });
        }
        for (index, option) in options.iter().enumerate() {
            if is_blank(option) {
                return Err(PollFault::OptionEmpty { index });
            }
            if is_longer(option, MAX_OPTION_CHARS) {
                return Err(PollFault::OptionTooLong { index });
            }
        }
        Ok(())
    }
}

impl Act {
    /// Whether it is one that a client writes.
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Self::Edit(text) => !is_blank(text) && text.len() <= MAX_TEXT_BYTES,
            Self::React(emoji) | Self::Unreact(emoji) => is_emoji(emoji),
            Self::Vote(options) => {
                options.len() <= MAX_OPTIONS
                    && options
                        .iter()
                        .zip(options.iter().skip(1))
                        .all(|(a, b)| a < b)
            }
            Self::Delete | Self::Pin | Self::Unpin | Self::ClosePoll => true,
        }
    }
}

fn is_longer(text: &str, chars: usize) -> bool {
    text.chars().nth(chars).is_some()
}
