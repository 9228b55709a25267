//! Maps request bodies to commands, and outcomes to responses. Random values are drawn here; the caller does the
//! hashing, off the async threads.

use parley_protocol::Millis;
use parley_protocol::auth::{AddDeviceRequest, RegisterRequest, SessionResponse, Wrap};
use parley_protocol::entry::MemberDetails;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::UserId;

use super::recovery::RecoveryHash;
use super::refresh::{REFRESH_LIFETIME, RefreshToken};
use super::token::{Access, AccessTokens};
use crate::command::{
    AddDevice, Command, EndSession, FamilyId, NewSession, OpenSession, Outcome, PassSecondFactor,
    Register, RotateSession, Seen, newcomer,
};
use crate::entropy::{Entropy, random};
use crate::refusal::refused;
use crate::storage::credentials::Person;
use crate::storage::password_record::PasswordRecord;
use crate::storage::second_factor::Passed;

/// A command, and the refresh token that is valid once it is committed.
pub(crate) struct Prepared {
    pub(crate) command: Command,
    pub(crate) token: RefreshToken,
    /// Who is logged in; `None` when a token is rotated, which only the outcome tells.
    pub(crate) access: Option<Access>,
}

/// The member that a registration wants to add.
pub(crate) fn registers(request: &RegisterRequest) -> Result<MemberDetails, ErrorCode> {
    let first = request.entries.first();
    let body = first.and_then(|entry| entry.parse_body().ok());
    let member = body.as_ref().and_then(|body| newcomer(&body.action));
    member.cloned().ok_or(ErrorCode::Malformed)
}

/// The hashes that are stored of a new member's secrets.
pub(crate) struct Hashes {
    /// `None` if the member has no password.
    pub(crate) password: Option<PasswordRecord>,
    pub(crate) recovery: Option<RecoveryHash>,
}

pub(crate) fn register(
    request: RegisterRequest,
    hashes: Hashes,
    person: Option<Person>,
    entropy: &mut dyn Entropy,
    seen: Seen,
) -> Result<Prepared, ErrorCode> {
    let user = registers(&request)?.user;
    let (token, session) = new_session(entropy, seen);
    let family = session.family;
    let command = Command::Register(Box::new(Register {
        setup_token: request.setup_token,
        entries: request.entries,
        password: hashes.password,
        recovery: hashes.recovery,
        person,
        prekeys: request.prekeys,
        wraps: request.wraps,
        session,
    }));
    Ok(Prepared {
        command,
        token,
        access: Some(Access { user, family }),
    })
}

pub(crate) fn log_in(user: UserId, entropy: &mut dyn Entropy, seen: Seen) -> Prepared {
    let (token, session) = new_session(entropy, seen);
    let family = session.family;
    Prepared {
        command: Command::OpenSession(OpenSession { user, session }),
        token,
        access: Some(Access { user, family }),
    }
}

/// The same, with a code that is used up.
pub(crate) fn log_in_with(
    passed: Passed,
    user: UserId,
    entropy: &mut dyn Entropy,
    seen: Seen,
) -> Prepared {
    let (token, session) = new_session(entropy, seen);
    let family = session.family;
    let session = OpenSession { user, session };
    Prepared {
        command: Command::PassSecondFactor(Box::new(PassSecondFactor { passed, session })),
        token,
        access: Some(Access { user, family }),
    }
}

pub(crate) fn refresh(presented: &RefreshToken, entropy: &mut dyn Entropy, seen: Seen) -> Prepared {
    let token = RefreshToken::new(entropy);
    Prepared {
        command: Command::RotateSession(RotateSession {
            presented: presented.hash(),
            next: token.hash(),
            expires_at: seen.at.saturating_add(REFRESH_LIFETIME),
            seen,
        }),
        token,
        access: None,
    }
}

pub(crate) fn log_out(presented: &RefreshToken) -> Command {
    Command::EndSession(EndSession {
        presented: presented.hash(),
    })
}

pub(crate) fn add_device(request: AddDeviceRequest, access: &Access) -> Command {
    Command::AddDevice(Box::new(AddDevice {
        user: access.user,
        family: access.family,
        entry: request.entry,
        prekeys: request.prekeys,
        wraps: request.wraps,
    }))
}

/// Allows only logins without a device: a token stolen from a device must not read the log or add another device.
pub(crate) fn check_without_device(has_device: Option<bool>) -> Result<(), ErrorCode> {
    match has_device {
        Some(false) => Ok(()),
        Some(true) => Err(ErrorCode::NotPermitted),
        None => Err(ErrorCode::SessionEnded),
    }
}

/// Who is logged in after the command.
pub(crate) fn access_after(
    known: Option<Access>,
    outcome: Result<Outcome, ApiError>,
) -> Result<Access, ApiError> {
    match outcome? {
        Outcome::Session { user, family } => Ok(Access { user, family }),
        Outcome::Appended { .. } => known.ok_or_else(|| refused(ErrorCode::Internal)),
        Outcome::NoSession | Outcome::SessionOver { .. } => Err(refused(ErrorCode::SessionEnded)),
        Outcome::Done
        | Outcome::SessionsOver { .. }
        | Outcome::Posted { .. }
        | Outcome::Redacted { .. }
        | Outcome::ItemsExpired { .. }
        | Outcome::Mailed { .. }
        | Outcome::MailExpired { .. }
        | Outcome::Claimed { .. }
        | Outcome::VaultAppended { .. }
        | Outcome::BlobRecorded { .. }
        | Outcome::UploadsExpired { .. } => Err(refused(ErrorCode::Internal)),
    }
}

/// The response body that goes with a new refresh token.
pub(crate) fn session_response(
    tokens: &AccessTokens,
    access: &Access,
    wraps: Vec<Wrap>,
    now: Millis,
) -> Result<SessionResponse, ApiError> {
    let (access_token, expires_at) = tokens.issue(access, now).map_err(refused)?;
    Ok(SessionResponse {
        access_token,
        expires_at,
        now,
        user: access.user,
        wraps,
    })
}

fn new_session(entropy: &mut dyn Entropy, seen: Seen) -> (RefreshToken, NewSession) {
    let token = RefreshToken::new(entropy);
    let family: FamilyId = random(entropy);
    let session = NewSession {
        family,
        token: token.hash(),
        expires_at: seen.at.saturating_add(REFRESH_LIFETIME),
        seen,
    };
    (token, session)
}
