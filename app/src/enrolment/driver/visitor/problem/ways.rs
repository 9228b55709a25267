//! What went wrong with a passkey, a provider or a recovery key.

use parley_client::passkey::CeremonyError;
use parley_protocol::error::ErrorCode;

use super::{of_http, other};
use crate::enrolment::store::FormProblem;
use crate::platform::http::HttpError;
use crate::platform::passkey::PasskeyError;

/// The relay refused a passkey.
pub(in super::super) fn of_passkey(error: &HttpError) -> FormProblem {
    let HttpError::Refused(refusal) = error else {
        return of_http(error);
    };
    if refusal.code == ErrorCode::WrongCredentials {
        return other(
            "This passkey isn't known here any more. Use another one, or your password.",
            error,
        );
    }
    of_http(error)
}

/// The browser gave no passkey.
pub(in super::super) fn of_browser(error: &PasskeyError) -> FormProblem {
    let text = match error {
        PasskeyError::Declined(_) => {
            "No passkey was used. Try again, or sign in with your password."
        }
        PasskeyError::AlreadyThere => "There is a passkey for you on this device already.",
        PasskeyError::Impossible(_) => {
            "This browser can't use passkeys at this address. Sign in with your password."
        }
        PasskeyError::Failed(_) => "The passkey did not work. Try again, or use your password.",
    };
    other(text, error)
}

/// The relay's options make no sense.
pub(in super::super) fn of_ceremony(error: CeremonyError) -> FormProblem {
    other(
        "The relay answered something that makes no sense. Reload the page, then try again.",
        &error,
    )
}

/// The passkey computes no secret.
pub(in super::super) fn no_secret() -> FormProblem {
    other(
        "This passkey signs you in, but can't open your messages in this browser. Use your recovery key.",
        &"no PRF output",
    )
}

/// A recovery key, but not the one that opens this vault.
pub(in super::super) fn other_recovery_key() -> FormProblem {
    other(
        "This recovery key doesn't open your messages. If you made a new one since, use that.",
        &"the wrap does not open",
    )
}

/// Why a sign-in at a provider came to nothing, as the relay's callback names it.
pub(in super::super) fn of_provider(reason: &str) -> FormProblem {
    let text = match reason {
        "declined" => "You were not signed in there. Try again, or sign in another way.",
        "expired" => "That took too long, or was begun in another browser. Try again.",
        "busy" => "That was a lot of tries. Wait a minute, then go on.",
        _ => {
            "Your provider can't be asked at the moment. Try again in a minute, or sign in another way."
        }
    };
    other(text, &"sign-in at an identity provider")
}

/// The ticket of a provider's return was refused.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these are about the return"
)]
pub(in super::super) fn of_return(error: &HttpError) -> FormProblem {
    let HttpError::Refused(refusal) = error else {
        return of_http(error);
    };
    match &refusal.code {
        ErrorCode::TicketExpired => of_provider("expired"),
        ErrorCode::NotPermitted => other(
            "You are not a member here. Ask a member for an invite link.",
            error,
        ),
        _ => of_http(error),
    }
}

/// A device of a member, and a provider that vouches for somebody else.
pub(in super::super) fn other_person() -> FormProblem {
    other(
        "That account belongs to nobody here yet. Sign in with the one that you use in this browser.",
        &"a newcomer at a device of a member",
    )
}

/// The operator's invite for people of a provider does not work.
pub(in super::super) fn no_invite() -> FormProblem {
    other(
        "Newcomers can't be let in at the moment: the invite for them is over. Ask whoever runs this relay.",
        &"the invite of the provider's settings is not usable",
    )
}
