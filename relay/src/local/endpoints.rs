//! The HTTP endpoints as method calls.

use parley_protocol::Millis;
use parley_protocol::auth::{
    AddDeviceRequest, CommunityInfo, CommunityName, LogPage, LoginRequest, RegisterRequest,
    SessionResponse, Wrap,
};
use parley_protocol::entry::Head;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::invite::InviteProof;
use parley_protocol::vault::VaultPage;

use super::{HERE, LocalRelay};
use crate::auth::account::{self, Hashes, Prepared};
use crate::auth::refresh::RefreshToken;
use crate::auth::secret_gate::{SecretGate, Tried};
use crate::auth::way::Way;
use crate::auth::{invite, recovery};
use crate::command::{self, Seen};
use crate::entropy::random;
use crate::refusal::{refused, storage_failed};
use crate::storage::password_record::PasswordRecord;
use crate::storage::{accounts, read, segments};

impl LocalRelay {
    /// `GET /community`.
    pub fn community(&self, now: Millis) -> CommunityInfo {
        let community = self.shared.community();
        CommunityInfo {
            community: community.map(|community| CommunityName {
                id: community.id(),
                name: community.name().to_owned(),
            }),
            now,
            providers: Vec::new(),
        }
    }

    /// `GET /log` with an access token; `from` is a sequence number.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn log(&self, access_token: &str, from: u64, now: Millis) -> Result<LogPage, ApiError> {
        let access = self.shared.tokens.check(access_token, now);
        let access = access.map_err(refused)?;
        let has_device = command::has_device(self.core.writer().db(), &access.family)
            .map_err(|error| storage_failed(&error))?;
        account::check_without_device(has_device).map_err(refused)?;
        self.log_page(from)
    }

    /// `GET /log` with an invite proof; `from` is a sequence number.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn log_by_invite(
        &self,
        proof: &InviteProof,
        from: u64,
        now: Millis,
    ) -> Result<LogPage, ApiError> {
        let community = self.shared.community();
        let community = community.ok_or_else(|| refused(ErrorCode::NotSetUp))?;
        invite::check(&community, proof, now)?;
        self.log_page(from)
    }

    fn log_page(&self, from: u64) -> Result<LogPage, ApiError> {
        let from = from.max(1);
        let entries = read::log_page(self.core.writer().db(), from)
            .map_err(|error| storage_failed(&error))?;
        let head = self.shared.community().map(|community| community.head());
        Ok(LogPage {
            from,
            entries,
            head: head.unwrap_or(Head::EMPTY),
        })
    }

    /// `GET /vault`; `before` is the number of a segment.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn vault(
        &self,
        access_token: &str,
        before: Option<u64>,
        now: Millis,
    ) -> Result<VaultPage, ApiError> {
        let ended = || refused(ErrorCode::SessionEnded);
        let failed = |error: rusqlite::Error| storage_failed(&error);
        let access = self.shared.tokens.check(access_token, now);
        let access = access.map_err(refused)?;
        let db = self.core.writer().db();
        let session = command::has_device(db, &access.family).map_err(failed)?;
        session.ok_or_else(ended)?;
        let community = self.shared.community().ok_or_else(ended)?;
        let member = community.active_member(&access.user).ok_or_else(ended)?;
        let before = before.unwrap_or(u64::MAX);
        segments::page(db, command::vault_stream(member), before).map_err(failed)
    }

    /// `POST /auth/register`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn register(
        &mut self,
        request: RegisterRequest,
        now: Millis,
    ) -> Result<(SessionResponse, RefreshToken), ApiError> {
        let salt = random(&mut *self.entropy);
        let cost = self.options.password_cost;
        let secret = request.login_secret.clone();
        let registration = self.secrets.register(HERE, now).map_err(refused)?;
        let permit = SecretGate::admit_new(registration);
        // Without one it is a guest, if the invite lets in guests.
        let password = secret.map(|secret| PasswordRecord::new(&secret, salt, cost, permit));
        let hashes = Hashes {
            password,
            recovery: request.recovery_secret.as_ref().map(recovery::hash),
        };
        let prepared = account::register(
            request,
            hashes,
            None,
            &mut *self.entropy,
            Seen::at(HERE, now),
        )
        .map_err(refused)?;
        self.session(prepared, Vec::new(), now)
    }

    /// `POST /auth/login` of a member without a second factor.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn log_in(
        &mut self,
        request: &LoginRequest,
        now: Millis,
    ) -> Result<(SessionResponse, RefreshToken), ApiError> {
        let wrong = || refused(ErrorCode::WrongCredentials);
        let community = self.shared.community().ok_or_else(wrong)?;
        let (user, _) = community.member_named(&request.name).ok_or_else(wrong)?;
        let failed = |error: rusqlite::Error| storage_failed(&error);
        let db = self.core.writer().db();
        let account = accounts::account(db, &user).map_err(failed)?;
        let record = account
            .filter(|account| account.enabled_factor().is_none())
            .and_then(|account| account.password)
            .ok_or_else(wrong)?;
        let tried = Tried {
            name: &request.name,
            user: Some(user),
        };
        let knock = self.secrets.knock(HERE, Vec::new(), now);
        let permit = knock.and_then(|knock| self.secrets.admit(knock, tried, now));
        if !record.fits(&request.login_secret, permit.map_err(refused)?) {
            return Err(wrong());
        }
        let mut wraps = accounts::wraps(self.core.writer().db(), &user).map_err(failed)?;
        wraps.retain(|wrap| Way::Password.opens(wrap));
        let prepared = account::log_in(user, &mut *self.entropy, Seen::at(HERE, now));
        self.session(prepared, wraps, now)
    }

    /// `POST /auth/refresh`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn refresh(
        &mut self,
        token: &RefreshToken,
        now: Millis,
    ) -> Result<(SessionResponse, RefreshToken), ApiError> {
        let prepared = account::refresh(token, &mut *self.entropy, Seen::at(HERE, now));
        self.session(prepared, Vec::new(), now)
    }

    /// `POST /auth/logout`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn log_out(&mut self, token: &RefreshToken, now: Millis) -> Result<(), ApiError> {
        self.call(account::log_out(token), now).map(|_| ())
    }

    /// `POST /auth/device`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn add_device(
        &mut self,
        access_token: &str,
        request: AddDeviceRequest,
        now: Millis,
    ) -> Result<(), ApiError> {
        let access = self.shared.tokens.check(access_token, now);
        let access = access.map_err(refused)?;
        let command = account::add_device(request, &access);
        self.call(command, now).map(|_| ())
    }

    fn session(
        &mut self,
        prepared: Prepared,
        wraps: Vec<Wrap>,
        now: Millis,
    ) -> Result<(SessionResponse, RefreshToken), ApiError> {
        let Prepared {
            command,
            token,
            access,
        } = prepared;
        let access = account::access_after(access, self.call(command, now))?;
        let body = account::session_response(&self.shared.tokens, &access, wraps, now)?;
        Ok((body, token))
    }
}
