//! What the relay said of a chunk, and what is done about it. Words are in `text`.

use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::json;

use crate::files::text;
use crate::platform::http::HttpError;

/// When something is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// With a new token.
    Token,
    /// Later: after so many milliseconds, if the relay says so.
    Later(Option<u64>),
}

/// What is done about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is sent again.
    Again(Again),
    /// Not before somebody did something about it.
    Failed(&'static str),
    /// It is not there, or not for this member.
    Gone,
    /// What was sent is not what its name says.
    Mismatch,
}

/// What the relay answered: a status and its words.
pub type Answer = Result<(u16, String), HttpError>;

/// What is done about an answer.
pub(super) fn said(answer: Answer) -> Result<(), Refusal> {
    match answer {
        Ok((200..=299, _)) => Ok(()),
        Ok((status, said)) => Err(refusal(status, &said)),
        Err(_) => Err(Refusal::Again(Again::Later(None))),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has no words of its own gets common ones"
)]
pub(super) fn refusal(status: u16, said: &str) -> Refusal {
    let Ok(ApiError { code, .. }) = json::read::<ApiError>(said) else {
        return match status {
            401 => Refusal::Again(Again::Token),
            404 => Refusal::Gone,
            413 => Refusal::Failed(text::TOO_LARGE),
            // A gateway, or a relay that is about to end.
            408 | 429 | 500..=599 => Refusal::Again(Again::Later(None)),
            _ => Refusal::Failed(text::REFUSED),
        };
    };
    match code {
        ErrorCode::NotAuthenticated | ErrorCode::TokenExpired | ErrorCode::SessionEnded => {
            Refusal::Again(Again::Token)
        }
        ErrorCode::RateLimited { retry_after } => Refusal::Again(Again::Later(Some(
            u64::from(retry_after).saturating_mul(1_000),
        ))),
        // A session is a device's once its socket has said hello.
        ErrorCode::ShuttingDown
        | ErrorCode::Internal
        | ErrorCode::Full
        | ErrorCode::NotPermitted => Refusal::Again(Again::Later(None)),
        ErrorCode::BlobQuota { .. } => Refusal::Failed(text::QUOTA),
        ErrorCode::DiskFull | ErrorCode::StorageFailed => Refusal::Failed(text::DISK_FULL),
        ErrorCode::TooLarge => Refusal::Failed(text::TOO_LARGE),
        ErrorCode::UnknownBlob { .. } => Refusal::Gone,
        ErrorCode::BlobMismatch => Refusal::Mismatch,
        _ if status == 404 => Refusal::Gone,
        _ => Refusal::Failed(text::REFUSED),
    }
}

#[cfg(test)]
mod tests {
    use super::{Again, Refusal, refusal};
    use crate::files::text;

    #[test]
    fn each_refusal_has_a_way_on() {
        let said = |code: &str| format!(r#"{{"code":{code},"message":"no"}}"#);
        for (status, text, found) in [
            (
                401,
                said(r#""token_expired""#),
                Refusal::Again(Again::Token),
            ),
            (401, String::new(), Refusal::Again(Again::Token)),
            (
                404,
                said(r#"{"unknown_blob":{"blob":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}"#),
                Refusal::Gone,
            ),
            (404, "<html>".to_owned(), Refusal::Gone),
            (
                429,
                said(r#"{"rate_limited":{"retry_after":7}}"#),
                Refusal::Again(Again::Later(Some(7_000))),
            ),
            (502, "<html>".to_owned(), Refusal::Again(Again::Later(None))),
            (
                409,
                said(r#"{"blob_quota":{"used":1,"quota":2}}"#),
                Refusal::Failed(text::QUOTA),
            ),
            (
                507,
                said(r#""disk_full""#),
                Refusal::Failed(text::DISK_FULL),
            ),
            (400, said(r#""blob_mismatch""#), Refusal::Mismatch),
            (413, String::new(), Refusal::Failed(text::TOO_LARGE)),
            (418, String::new(), Refusal::Failed(text::REFUSED)),
        ] {
            assert_eq!(refusal(status, &text), found, "{status} {text}");
        }
    }
}
