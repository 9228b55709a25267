//! Entries that a part asked the community log for, and what is said when the log does not take one.

use parley_client::engine::AppendError;
use parley_protocol::community::Rejection;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::EntryId;

/// What was asked for and not answered yet, with what the part remembers of it.
pub struct Appends<T>(Vec<(EntryId, T)>);

impl<T> Default for Appends<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Appends<T> {
    pub fn ask(&mut self, entry: EntryId, asked: T) {
        self.0.push((entry, asked));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The log took or refused this entry. `None` if another part had asked for it.
    pub fn take(&mut self, entry: EntryId) -> Option<T> {
        let at = self.0.iter().position(|(id, _)| *id == entry)?;
        Some(self.0.swap_remove(at).1)
    }
}

/// The log could not even be asked.
pub fn not_asked(error: AppendError) -> &'static str {
    match error {
        AppendError::NotConnected => {
            "The relay can't be reached right now. Try again when it is back."
        }
    }
}

/// The log was asked and refused.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has no words of its own gets common ones"
)]
pub fn refusal(code: &ErrorCode) -> &'static str {
    match code {
        ErrorCode::Rejected { rejection } => match rejection {
            Rejection::NotPermitted { .. } | Rejection::AboveAuthor | Rejection::Owner => {
                "Your role doesn't allow that."
            }
            Rejection::NameTaken => "That name is taken already.",
            Rejection::BadName | Rejection::BadText => "That name can't be used. Try another one.",
            Rejection::TooMany => "There are too many of these already.",
            _ => "The community's rules don't allow that.",
        },
        ErrorCode::NotPermitted => "Your role doesn't allow that.",
        ErrorCode::StorageFailed | ErrorCode::Full => "The relay has no room left.",
        ErrorCode::RateLimited { .. } => "That was a lot in a short time. Try again in a moment.",
        _ => "The relay didn't take it. Try again.",
    }
}
