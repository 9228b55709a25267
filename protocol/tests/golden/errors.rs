//! Every error code, and every reason for which the log refuses an entry.

use parley_protocol::community::Rejection;
use parley_protocol::entry::Permission;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::keys::Hash;

use super::book::Book;

fn codes() -> Vec<ErrorCode> {
    vec![
        ErrorCode::Malformed,
        ErrorCode::UnknownFrame,
        ErrorCode::TooLarge,
        ErrorCode::NotAuthenticated,
        ErrorCode::TokenExpired,
        ErrorCode::SessionEnded,
        ErrorCode::BadSignature,
        ErrorCode::WrongCredentials,
        ErrorCode::WrongCode,
        ErrorCode::TicketExpired,
        ErrorCode::LinkOver,
        ErrorCode::LinkTaken,
        ErrorCode::RateLimited { retry_after: 30 },
        ErrorCode::ForeignOrigin,
        ErrorCode::UpgradeMissing,
        ErrorCode::WrongSetupToken,
        ErrorCode::AlreadySetUp,
        ErrorCode::NotSetUp,
        ErrorCode::NotPermitted,
        ErrorCode::UnknownChannel,
        ErrorCode::UnknownDevice,
        ErrorCode::UnknownMessage,
        ErrorCode::StaleHead,
        ErrorCode::UnknownSession,
        ErrorCode::SessionRetired,
        ErrorCode::Full,
        ErrorCode::VaultConflict { last: 13 },
        ErrorCode::UnknownBlob {
            blob: Hash::from_bytes([0xb1; 32]),
        },
        ErrorCode::BlobMismatch,
        ErrorCode::BlobQuota {
            used: 5_000_000_000,
            quota: 5_368_709_120,
        },
        ErrorCode::DiskFull,
        ErrorCode::StorageFailed,
        ErrorCode::Replaced,
        ErrorCode::TooSlow,
        ErrorCode::ShuttingDown,
        ErrorCode::Internal,
    ]
}

fn rejections() -> Vec<Rejection> {
    let permission = Permission::ManageRoles;
    vec![
        Rejection::Malformed,
        Rejection::TooLarge { bytes: 9000 },
        Rejection::NotGenesis,
        Rejection::WrongCommunityId,
        Rejection::AlreadyCreated,
        Rejection::WrongCommunity,
        Rejection::Repeated,
        Rejection::UnknownHead,
        Rejection::UnknownAuthor,
        Rejection::BadSignature,
        Rejection::BadCertificate,
        Rejection::NotPermitted { permission },
        Rejection::Owner,
        Rejection::AboveAuthor,
        Rejection::UnknownInvite,
        Rejection::InviteRevoked,
        Rejection::InviteUsedUp,
        Rejection::InviteExpired,
        Rejection::BadInviteSignature,
        Rejection::NameTaken,
        Rejection::BadName,
        Rejection::BadText,
        Rejection::BadExpiry,
        Rejection::BadLimit,
        Rejection::IdTaken,
        Rejection::UnknownMember,
        Rejection::UnknownDevice,
        Rejection::UnknownRole,
        Rejection::UnknownChannel,
        Rejection::TooMany,
    ]
}

#[test]
fn errors_have_their_golden_texts() {
    let mut book = Book::default();
    for code in codes() {
        book.add(&ApiError::new(code, "In English."));
    }
    for rejection in rejections() {
        book.add(&ApiError::from(rejection));
    }
    book.has_every::<ErrorCode>();
    book.has_every::<Rejection>();
    book.check("errors");
}
