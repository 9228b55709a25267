//! Blobs as method calls. Where the endpoints take a token for files, these take the access token.

use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::files::ShareRequest;
use parley_protocol::ids::{DeviceId, ShareId, UserId};
use parley_protocol::keys::Hash;

use super::LocalRelay;
use crate::blobs::files::read_piece;
use crate::blobs::store::disk_failed;
use crate::command::{self, Asked, Command, EndShare, ForgetGone, PutShare, RecordBlob};
use crate::core::Input;
use crate::refusal::{refused, storage_failed};
use crate::storage::blobs::{self, Readable};

/// Files removed at once.
const REMOVED: u32 = 100;

impl LocalRelay {
    /// `POST /upload`, with the right hash.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn upload(
        &mut self,
        access_token: &str,
        bytes: &[u8],
        now: Millis,
    ) -> Result<Hash, ApiError> {
        let (_, by) = self.asker(access_token, now)?;
        let hash = Hash::of(bytes);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let placed = self.files.begin(length).and_then(|mut incoming| {
            incoming.write(bytes)?;
            self.files.place(incoming, &hash)
        });
        placed.map_err(|error| disk_failed(&error))?;
        let command = Command::RecordBlob(RecordBlob {
            by,
            at: now,
            hash,
            bytes: length,
            terms: self.options.files,
        });
        let recorded = self.call(command, now);
        if recorded.is_err() {
            self.remove_unknown(&hash);
        }
        recorded.map(|_| hash)
    }

    /// `GET /files/{hash}`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn blob(&self, access_token: &str, hash: &Hash, now: Millis) -> Result<Vec<u8>, ApiError> {
        let (user, _) = self.asker(access_token, now)?;
        let community = self.shared.community();
        let community = community.ok_or_else(|| refused(ErrorCode::NotSetUp))?;
        let channels = Readable::of(&community, &user);
        let db = self.core.writer().db();
        let found = blobs::readable(db, &channels, &user, hash);
        let found = found.map_err(|error| storage_failed(&error))?;
        let unknown = || refused(ErrorCode::UnknownBlob { blob: *hash });
        found.ok_or_else(unknown)?;
        let opened = self.files.open(hash);
        let (mut file, bytes) = opened
            .map_err(|error| disk_failed(&error))?
            .ok_or_else(unknown)?;
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        read_piece(&mut file, vec![0; bytes]).map_err(|error| disk_failed(&error))
    }

    /// `PUT /files/shares/{id}`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn share(
        &mut self,
        access_token: &str,
        id: ShareId,
        request: ShareRequest,
        now: Millis,
    ) -> Result<(), ApiError> {
        let (_, by) = self.asker(access_token, now)?;
        let command = Command::PutShare(Box::new(PutShare {
            asked: Asked { by, at: now },
            id,
            request,
            terms: self.options.files,
        }));
        self.call(command, now).map(|_| ())
    }

    /// `DELETE /files/shares/{id}`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn end_share(
        &mut self,
        access_token: &str,
        id: ShareId,
        now: Millis,
    ) -> Result<(), ApiError> {
        let (_, by) = self.asker(access_token, now)?;
        let asked = Asked { by, at: now };
        let command = Command::EndShare(EndShare { asked, id });
        self.call(command, now).map(|_| ())
    }

    /// Bytes that a member's blobs count for.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn blob_bytes(&self, access_token: &str, now: Millis) -> Result<u64, ApiError> {
        let (user, _) = self.asker(access_token, now)?;
        let bytes = blobs::used(self.core.writer().db(), &user);
        bytes.map_err(|error| storage_failed(&error))
    }

    fn asker(&self, access_token: &str, now: Millis) -> Result<(UserId, DeviceId), ApiError> {
        let ended = || refused(ErrorCode::SessionEnded);
        let access = self.shared.tokens.check(access_token, now);
        let access = access.map_err(refused)?;
        let device = command::device_of(self.core.writer().db(), &access.family);
        let device = device.map_err(|error| storage_failed(&error))?;
        let device = device.ok_or_else(ended)?;
        let community = self.shared.community().ok_or_else(ended)?;
        let found = community.active_device(&device);
        found
            .filter(|found| found.user == access.user)
            .map(|_| (access.user, device))
            .ok_or_else(ended)
    }

    /// Removes the files of blobs that nobody holds any more.
    pub(super) fn remove_gone(&mut self, now: Millis) {
        use futures_util::FutureExt as _;

        let rung = self.shared.blobs_gone.notified().now_or_never();
        while rung.is_some() {
            let gone = blobs::gone(self.core.writer().db(), REMOVED);
            let hashes = gone.unwrap_or_default();
            if hashes.is_empty() {
                return;
            }
            for hash in &hashes {
                self.remove_unknown(hash);
            }
            let (sender, answered) = std::sync::mpsc::sync_channel(1);
            let answer = Box::new(move |result: Result<_, ApiError>| {
                let _ = sender.send(result.is_ok());
            });
            let command = Command::ForgetGone(ForgetGone { hashes });
            self.core.handle([Input::Call { command, answer }], now);
            if answered.try_recv() != Ok(true) {
                return;
            }
        }
    }

    fn remove_unknown(&self, hash: &Hash) {
        let known = blobs::find(self.core.writer().db(), hash);
        if matches!(known, Ok(None)) {
            let _ = self.files.remove(hash);
        }
    }
}
