//! Taking another name, and going back to the own one.

use parley_client::Engine;
use parley_protocol::community::Rejection;
use parley_protocol::entry::Action;
use parley_protocol::error::ErrorCode;
use parley_protocol::names::{self, NameError};

use crate::driver::appends::refusal;

/// What is asked of the log for a typed name; nothing typed is the own name. `Err` says why nothing is.
pub fn wanted(typed: &str, engine: &Engine) -> Result<(String, Action), &'static str> {
    let community = engine.community();
    let me = community.active_member(&engine.me().0);
    let me = me.ok_or("You are not a member here any more.")?;
    let mut name = names::normalize(typed);
    if name.is_empty() {
        name.clone_from(&me.name);
    }
    if name == me.display_name() {
        return Err("You are called so already.");
    }
    if name != me.name {
        names::check_member(&name).map_err(why)?;
    }
    Ok((name.clone(), Action::MemberRenamed { name }))
}

fn why(error: NameError) -> &'static str {
    match error {
        NameError::Empty => "A name needs letters.",
        NameError::TooLong { .. } => "A name has at most 48 characters. Try a shorter one.",
        NameError::MixedAlphabets => {
            "That name mixes alphabets, which could make it look like another one. Use letters of one."
        }
        NameError::Character | NameError::NotNormalized => {
            "That name has a character that can't be used. Use letters, digits and single blanks."
        }
    }
}

/// What is said when the log does not take a name.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has no words of its own gets common ones"
)]
pub fn refused(code: &ErrorCode) -> &'static str {
    match code {
        ErrorCode::Rejected {
            rejection: Rejection::NameTaken,
        } => "Somebody here has that name, or one that looks like it. Choose another one.",
        ErrorCode::Rejected {
            rejection: Rejection::TooMany,
        } => {
            "You have changed your name very often. Only the name you sign in with can still be taken."
        }
        other => refusal(other),
    }
}
