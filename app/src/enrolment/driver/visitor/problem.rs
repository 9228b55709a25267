//! From what went wrong to what the form says about it.

mod ways;

use parley_client::enrol::EnrolError;
use parley_client::vault::OpenVaultError;
use parley_protocol::community::Rejection;
use parley_protocol::error::ErrorCode;

use crate::enrolment::store::{FormProblem, LinkProblem};
use crate::platform::http::HttpError;
use crate::platform::store::StoreError;

pub(super) use self::ways::{
    no_invite, no_secret, of_browser, of_ceremony, of_passkey, of_provider, of_return,
    other_person, other_recovery_key,
};

/// A request that got no good answer.
pub(super) fn of_http(error: &HttpError) -> FormProblem {
    let code = match error {
        HttpError::Unreachable(_) => return FormProblem::RelayUnreachable,
        HttpError::Refused(refusal) => &refusal.code,
        HttpError::Unreadable { .. } => {
            return other(
                "The relay answered something that makes no sense. Reload the page, then try again.",
                error,
            );
        }
    };
    match code {
        ErrorCode::WrongCredentials => FormProblem::WrongNameOrPassword,
        ErrorCode::RateLimited { retry_after } => FormProblem::TooManyTries {
            wait_seconds: *retry_after,
        },
        ErrorCode::StorageFailed | ErrorCode::Full => FormProblem::RelayFull,
        ErrorCode::WrongSetupToken => FormProblem::Link(LinkProblem::Incomplete),
        ErrorCode::AlreadySetUp => FormProblem::Link(LinkProblem::AlreadySetUp),
        ErrorCode::Rejected { rejection } => of_rejection(*rejection).unwrap_or_else(|| {
            other(
                "The community's rules do not allow this. Reload the page, then try again.",
                error,
            )
        }),
        ErrorCode::ShuttingDown => FormProblem::RelayUnreachable,
        ErrorCode::Internal => other(
            "Something broke at the relay. Try again in a moment.",
            error,
        ),
        ErrorCode::ForeignOrigin => other(
            "The web server in front of this community's relay asks it for another address than yours, so the relay takes you for another site. Tell whoever hosts it: the Host header has to be passed on as it came.",
            error,
        ),
        ErrorCode::WrongCode => FormProblem::WrongCode,
        ErrorCode::SessionEnded
        | ErrorCode::TokenExpired
        | ErrorCode::TicketExpired
        | ErrorCode::LinkOver
        | ErrorCode::LinkTaken
        | ErrorCode::NotAuthenticated => {
            other("That took too long for the relay. Try again.", error)
        }
        ErrorCode::Malformed
        | ErrorCode::UnknownFrame
        | ErrorCode::TooLarge
        | ErrorCode::BadSignature
        | ErrorCode::UpgradeMissing
        | ErrorCode::NotSetUp
        | ErrorCode::NotPermitted
        | ErrorCode::UnknownChannel
        | ErrorCode::UnknownDevice
        | ErrorCode::UnknownMessage
        | ErrorCode::StaleHead
        | ErrorCode::UnknownSession
        | ErrorCode::VaultConflict { .. }
        | ErrorCode::UnknownBlob { .. }
        | ErrorCode::BlobMismatch
        | ErrorCode::BlobQuota { .. }
        | ErrorCode::DiskFull
        | ErrorCode::SessionRetired
        | ErrorCode::Replaced
        | ErrorCode::TooSlow => other(
            "The relay did not take this. Reload the page, then try again.",
            error,
        ),
    }
}

/// The link's own fault, if it is that.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these are about the link"
)]
pub(super) fn link_of_http(error: &HttpError) -> Option<LinkProblem> {
    let HttpError::Refused(refusal) = error else {
        return None;
    };
    match &refusal.code {
        ErrorCode::Rejected { rejection } => link_of_rejection(*rejection),
        ErrorCode::NotAuthenticated
        | ErrorCode::NotPermitted
        | ErrorCode::Malformed
        | ErrorCode::BadSignature
        | ErrorCode::NotSetUp => Some(LinkProblem::OtherCommunity),
        _ => None,
    }
}

/// A vault that does not open.
pub(super) fn of_vault(error: OpenVaultError) -> FormProblem {
    other(
        "The relay gave out a vault that is not yours. Ask whoever runs it what happened.",
        &error,
    )
}

/// Keys or link that do not fit.
pub(super) fn of_enrolment(error: &EnrolError) -> FormProblem {
    match error {
        EnrolError::Refused(rejection) => of_rejection(*rejection).unwrap_or_else(|| {
            other(
                "The community's rules do not allow this. Reload the page, then try again.",
                error,
            )
        }),
        EnrolError::WrongCommunity => FormProblem::Link(LinkProblem::OtherCommunity),
        EnrolError::Vault(_) | EnrolError::WrongIdentity => other(
            "The relay gave out a vault that is not yours. Ask whoever runs it what happened.",
            error,
        ),
        EnrolError::OtherHistory { .. } => other(
            "The relay shows another history of this community than the one you knew, so nothing was done. Ask whoever runs it what happened.",
            error,
        ),
        EnrolError::InvalidLog { .. } => other(
            "The relay's log breaks the community's own rules, so nothing was done.",
            error,
        ),
    }
}

/// A link that cannot be used.
pub(super) fn link_of_enrolment(error: &EnrolError) -> LinkProblem {
    match error {
        EnrolError::Refused(rejection) => {
            link_of_rejection(*rejection).unwrap_or(LinkProblem::OtherCommunity)
        }
        EnrolError::WrongCommunity
        | EnrolError::InvalidLog { .. }
        | EnrolError::OtherHistory { .. }
        | EnrolError::Vault(_)
        | EnrolError::WrongIdentity => LinkProblem::OtherCommunity,
    }
}

/// This browser could not keep something.
pub(super) fn of_store(error: &StoreError) -> FormProblem {
    let text = match error {
        StoreError::Full => {
            "This device has no room left for your keys. Make some, then try again."
        }
        StoreError::TakenOver => {
            "Parley was opened in another tab. Go on there, or reload this one."
        }
        StoreError::Unavailable(_) | StoreError::Unusable(_) | StoreError::Failed(_) => {
            "This browser could not keep your keys, so nothing was sent. Reload the page, then try again."
        }
    };
    other(text, error)
}

/// No keys without randomness.
pub(super) fn no_randomness() -> FormProblem {
    other(
        "This browser gives no random numbers, so no keys can be made.",
        &"crypto.getRandomValues failed",
    )
}

/// The relay forgot what it must keep.
pub(super) fn needs_code() -> FormProblem {
    other(
        "This account asks for a code from an authenticator app, which this page cannot take yet.",
        &"second factor needed",
    )
}

pub(super) fn no_vault() -> FormProblem {
    other(
        "The relay has no vault for you. Whoever runs it may have restored an old copy.",
        &"the answer has no vault",
    )
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these are about the form"
)]
fn of_rejection(rejection: Rejection) -> Option<FormProblem> {
    match rejection {
        Rejection::NameTaken => Some(FormProblem::NameTaken),
        Rejection::BadName => Some(FormProblem::NameNotAllowed),
        _ => link_of_rejection(rejection).map(FormProblem::Link),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these are about the link"
)]
fn link_of_rejection(rejection: Rejection) -> Option<LinkProblem> {
    match rejection {
        Rejection::InviteExpired => Some(LinkProblem::Expired),
        Rejection::InviteUsedUp => Some(LinkProblem::UsedUp),
        Rejection::InviteRevoked => Some(LinkProblem::Revoked),
        Rejection::UnknownInvite | Rejection::BadInviteSignature => {
            Some(LinkProblem::OtherCommunity)
        }
        Rejection::AlreadyCreated => Some(LinkProblem::AlreadySetUp),
        _ => None,
    }
}

fn other(text: &str, detail: &impl std::fmt::Display) -> FormProblem {
    FormProblem::Other {
        text: text.to_owned(),
        detail: detail.to_string(),
    }
}
