//! What the relay's refusal of a registration says about the keys that were stored for it. Decides; does nothing.

use parley_protocol::error::ErrorCode;

/// Whether it is certain now that the registration was not carried out, neither by this request nor by an earlier one
/// whose answer was lost. Until then the keys are kept: the relay may know them already.
pub(super) fn is_final(code: &ErrorCode, is_answer_lost: bool) -> bool {
    match code {
        // They come from the middle of the work, and do not say how far it got.
        ErrorCode::Internal
        | ErrorCode::StorageFailed
        | ErrorCode::ShuttingDown
        | ErrorCode::TooSlow => false,
        // They come before anybody looked at what was asked, and say nothing of what was asked before.
        ErrorCode::RateLimited { .. }
        | ErrorCode::Full
        | ErrorCode::ForeignOrigin
        | ErrorCode::UpgradeMissing => !is_answer_lost,
        ErrorCode::Malformed
        | ErrorCode::UnknownFrame
        | ErrorCode::TooLarge
        | ErrorCode::NotAuthenticated
        | ErrorCode::TokenExpired
        | ErrorCode::SessionEnded
        | ErrorCode::BadSignature
        | ErrorCode::WrongCredentials
        | ErrorCode::WrongCode
        | ErrorCode::TicketExpired
        | ErrorCode::LinkOver
        | ErrorCode::LinkTaken
        | ErrorCode::WrongSetupToken
        | ErrorCode::AlreadySetUp
        | ErrorCode::NotSetUp
        | ErrorCode::Rejected { .. }
        | ErrorCode::NotPermitted
        | ErrorCode::UnknownChannel
        | ErrorCode::UnknownDevice
        | ErrorCode::UnknownMessage
        | ErrorCode::StaleHead
        | ErrorCode::UnknownSession
        | ErrorCode::SessionRetired
        | ErrorCode::VaultConflict { .. }
        | ErrorCode::UnknownBlob { .. }
        | ErrorCode::BlobMismatch
        | ErrorCode::BlobQuota { .. }
        | ErrorCode::DiskFull
        | ErrorCode::Replaced => true,
    }
}

#[cfg(test)]
mod tests {
    use parley_protocol::community::Rejection;

    use super::*;

    const LIMITED: ErrorCode = ErrorCode::RateLimited { retry_after: 60 };

    #[test]
    fn after_a_lost_answer_a_busy_relay_decides_nothing() {
        for code in [
            LIMITED,
            ErrorCode::Full,
            ErrorCode::StorageFailed,
            ErrorCode::Internal,
            ErrorCode::ShuttingDown,
        ] {
            assert!(!is_final(&code, true), "{code:?}");
        }
    }

    #[test]
    fn whoever_was_stopped_at_the_door_the_first_time_is_not_in() {
        assert!(is_final(&LIMITED, false));
        assert!(!is_final(&ErrorCode::Internal, false));
        assert!(!is_final(&ErrorCode::StorageFailed, false));
    }

    #[test]
    fn a_word_about_what_was_asked_is_the_last() {
        let rejection = Rejection::NameTaken;
        for code in [
            ErrorCode::Rejected { rejection },
            ErrorCode::WrongSetupToken,
        ] {
            assert!(is_final(&code, true), "{code:?}");
        }
    }
}
