//! From what went wrong to what a dialog says about it.

use std::fmt::Display;

use parley_client::passkey::CeremonyError;
use parley_client::vault::OpenVaultError;
use parley_protocol::community::Rejection;
use parley_protocol::error::ErrorCode;

use crate::driver::password::PasswordError;
use crate::platform::http::HttpError;
use crate::platform::passkey::PasskeyError;
use crate::security::store::Problem;

/// A request that got no good answer.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has no words of its own gets common ones"
)]
pub(super) fn of_http(error: &HttpError) -> Problem {
    let code = match error {
        HttpError::Unreachable(_) => return Problem::RelayUnreachable,
        HttpError::Refused(refusal) => &refusal.code,
        HttpError::Unreadable { .. } => {
            return other(
                "The relay answered something that makes no sense. Reload the page, then try again.",
                error,
            );
        }
    };
    match code {
        ErrorCode::WrongCredentials => Problem::WrongPassword,
        ErrorCode::WrongCode => Problem::WrongCode,
        ErrorCode::RateLimited { retry_after } => Problem::TooManyTries {
            wait_seconds: *retry_after,
        },
        ErrorCode::ShuttingDown => Problem::RelayUnreachable,
        ErrorCode::StorageFailed | ErrorCode::Full => other(
            "The relay has no room left. Whoever runs it has to make some; then try again.",
            error,
        ),
        ErrorCode::Rejected {
            rejection: Rejection::Owner,
        } => Problem::Owner,
        _ => other(
            "The relay did not take this. Reload the page, then try again.",
            error,
        ),
    }
}

pub(super) fn not_stretched(error: &PasswordError) -> Problem {
    other(
        "This device could not stretch the password. Close other pages to free memory, then try again.",
        error,
    )
}

/// The relay has no wrap under what was given.
pub(super) fn no_vault() -> Problem {
    other(
        "The relay has no vault for you. Whoever runs it may have restored an old copy.",
        &"no wrap that this opens",
    )
}

pub(super) fn vault(error: OpenVaultError) -> Problem {
    other(
        "The relay gave out a vault that is not yours. Ask whoever runs it what happened.",
        &error,
    )
}

/// No keys without randomness.
pub(super) fn no_randomness() -> Problem {
    other(
        "This browser gives no random numbers, so no keys can be made.",
        &"crypto.getRandomValues failed",
    )
}

/// The browser made no passkey, or did not use it.
pub(super) fn of_browser(error: &PasskeyError) -> Problem {
    let text = match error {
        PasskeyError::Declined(_) => "No passkey was made. Try again when you are ready.",
        PasskeyError::AlreadyThere => "There is a passkey for you on this device already.",
        PasskeyError::Impossible(_) => "This browser can't make passkeys at this address.",
        PasskeyError::Failed(_) => "The passkey did not work. Try again in a moment.",
    };
    other(text, error)
}

/// The browser used no passkey.
pub(super) fn of_used(error: &PasskeyError) -> Problem {
    let text = match error {
        PasskeyError::Declined(_) => "No passkey was used. Try again when you are ready.",
        PasskeyError::Impossible(_) => "This browser can't use passkeys at this address.",
        PasskeyError::AlreadyThere | PasskeyError::Failed(_) => {
            "The passkey did not work. Try again in a moment."
        }
    };
    other(text, error)
}

/// The passkey that was used computes no secret.
pub(super) fn no_secret() -> Problem {
    other(
        "This passkey signs you in, but can't open your vault in this browser. Use your password or recovery key.",
        &"no PRF output",
    )
}

/// The relay did not take the last way in away.
pub(super) fn last_way(error: &HttpError) -> Problem {
    other(
        "You would have no way in left. Set a password or make a recovery key first.",
        error,
    )
}

/// A provider cannot be asked.
pub(super) fn provider_away() -> Problem {
    other(
        "It can't be asked at the moment. Try again in a minute.",
        &"the relay does not reach the identity provider",
    )
}

/// The relay's options make no sense.
pub(super) fn of_ceremony(error: CeremonyError) -> Problem {
    other(
        "The relay answered something that makes no sense. Reload the page, then try again.",
        &error,
    )
}

/// The relay did not take a passkey that the browser made.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has no words of its own gets common ones"
)]
pub(super) fn of_new_passkey(error: &HttpError) -> Problem {
    let HttpError::Refused(refusal) = error else {
        return of_http(error);
    };
    match &refusal.code {
        ErrorCode::Full => other(
            "You have as many passkeys as there may be. Remove one first.",
            error,
        ),
        ErrorCode::WrongCredentials | ErrorCode::NotPermitted | ErrorCode::TicketExpired => other(
            "The relay did not take this passkey. Remove it from your device, then try again.",
            error,
        ),
        _ => of_http(error),
    }
}

/// The key on the screen belongs to nothing any more.
pub(super) fn shown_too_long() -> Problem {
    other(
        "This key was not kept in time. Close this, and make a new one.",
        &"nothing to save",
    )
}

fn other(text: &str, detail: &impl Display) -> Problem {
    Problem::Other {
        text: text.to_owned(),
        detail: detail.to_string(),
    }
}
