//! To-device messages: stored in mailboxes, and deleted when the receiver has acknowledged them.

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{DeviceId, MailId};
use parley_protocol::limits::{MAX_MAIL_CHARS, MAX_MAIL_RECIPIENTS};
use parley_protocol::mail::OutboundMail;
use rusqlite::{OptionalExtension as _, params};

use super::mailbox::{self, Mailbox};
use super::scope::{Scope, active, device_stream, is_as_long_in_a_frame};
use super::{Asked, Outcome};
use crate::refusal::Failure;
use crate::storage::values::{Blob, StreamId, integer};

/// Batches remembered per sender, so that a repeated batch changes nothing. After a disconnect a client repeats
/// what its outbox holds, which is far less.
const REMEMBERED_BATCHES: u64 = 1000;
/// Mailboxes looked at in one slice of the expiry, and messages dropped in it: some milliseconds of the writer's time.
const EXPIRY_MAILBOXES: usize = 64;
const EXPIRY_MESSAGES: u64 = 500;

/// Stores to-device messages.
#[derive(Debug)]
pub(crate) struct SendMail {
    pub(crate) asked: Asked,
    pub(crate) id: MailId,
    pub(crate) mail: Vec<OutboundMail>,
    /// Maximum bytes of one mailbox.
    pub(crate) mailbox_bytes: u64,
}

/// Deletes what a device has stored itself.
#[derive(Debug)]
pub(crate) struct ForgetMail {
    pub(crate) asked: Asked,
    pub(crate) through: u64,
}

/// Drops what was sent too long ago: a slice of the mailboxes.
#[derive(Debug)]
pub(crate) struct ExpireMail {
    /// The mailboxes after this one.
    pub(crate) after: StreamId,
    /// Messages from before this time.
    pub(crate) before: Millis,
}

/// Checks of a batch that need no database.
pub(crate) fn check(mail: &[OutboundMail]) -> Result<(), ErrorCode> {
    let too_long = |mail: &OutboundMail| mail.message.ciphertext.len() > MAX_MAIL_CHARS;
    if mail.len() > MAX_MAIL_RECIPIENTS || mail.iter().any(too_long) {
        return Err(ErrorCode::TooLarge);
    }
    let is_plain = |mail: &OutboundMail| is_as_long_in_a_frame(&mail.message.ciphertext);
    if !mail.iter().all(is_plain) {
        return Err(ErrorCode::Malformed);
    }
    Ok(())
}

pub(super) fn send(scope: &mut Scope<'_>, command: &SendMail) -> Result<Outcome, Failure> {
    check(&command.mail)?;
    let community = scope.community()?;
    let device = active(community, &command.asked.by)?;
    let sender = device_stream(device);
    if let Some(full) = standing(scope, sender, &command.id)? {
        return Ok(Outcome::Mailed {
            deliveries: Vec::new(),
            full,
            fresh: false,
        });
    }
    let mut deliveries = Vec::with_capacity(command.mail.len());
    let mut full = Vec::new();
    for mail in &command.mail {
        let Some(receiver) = community.active_device(&mail.to) else {
            continue;
        };
        let mailbox = Mailbox::of(scope.db, device_stream(receiver))?;
        // A device that never reads must not keep the others from receiving.
        match mailbox.put((&command.asked, command.mailbox_bytes), &device.user, mail)? {
            Some(inbound) => deliveries.push((mail.to, inbound)),
            None if full.contains(&mail.to) => {}
            None => full.push(mail.to),
        }
    }
    remember(scope, sender, &command.id, &full)?;
    Ok(Outcome::Mailed {
        deliveries,
        full,
        fresh: true,
    })
}

pub(super) fn forget(scope: &mut Scope<'_>, command: &ForgetMail) -> Result<Outcome, Failure> {
    let community = scope.community()?;
    let stream = device_stream(active(community, &command.asked.by)?);
    Mailbox::of(scope.db, stream)?.forget(command.through)?;
    Ok(Outcome::Done)
}

pub(super) fn expire(scope: &mut Scope<'_>, command: &ExpireMail) -> Result<Outcome, Failure> {
    let devices = mailbox::in_use_after(scope.db, command.after, EXPIRY_MAILBOXES)?;
    let is_last = devices.len() < EXPIRY_MAILBOXES;
    let mut dropped = 0;
    let mut done = command.after;
    for device in devices {
        let room = EXPIRY_MESSAGES.saturating_sub(dropped);
        dropped += Mailbox::of(scope.db, device)?.expire(command.before, room)?;
        if dropped >= EXPIRY_MESSAGES {
            // There may be more in it.
            return Ok(expired(dropped, Some(done)));
        }
        done = device;
    }
    Ok(expired(dropped, (!is_last).then_some(done)))
}

fn expired(dropped: u64, next: Option<StreamId>) -> Outcome {
    Outcome::MailExpired { dropped, next }
}

/// The answer to a known batch: the devices whose mailbox was full.
fn standing(
    scope: &Scope<'_>,
    sender: StreamId,
    id: &MailId,
) -> Result<Option<Vec<DeviceId>>, Failure> {
    let full: Option<Vec<u8>> = scope
        .db
        .prepare_cached("SELECT refused FROM mail_sent WHERE sender = ?1 AND id = ?2")?
        .query_row(params![integer(sender.0), Blob(id)], |row| row.get(0))
        .optional()?;
    Ok(full.map(|full| {
        let (devices, _) = full.as_chunks::<{ DeviceId::LENGTH }>();
        devices.iter().copied().map(DeviceId::from_bytes).collect()
    }))
}

fn remember(
    scope: &Scope<'_>,
    sender: StreamId,
    id: &MailId,
    full: &[DeviceId],
) -> Result<(), Failure> {
    let sent = Mailbox::of(scope.db, sender)?.next_batch()?;
    let refused: Vec<u8> = full
        .iter()
        .flat_map(|device| device.as_bytes().iter().copied())
        .collect();
    scope
        .db
        .prepare_cached(
            "INSERT INTO mail_sent (place, sender, id, refused) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            sender.row(sent),
            integer(sender.0),
            Blob(id),
            refused
        ])?;
    if let Some(old) = sent.checked_sub(REMEMBERED_BATCHES) {
        scope
            .db
            .prepare_cached("DELETE FROM mail_sent WHERE place = ?1")?
            .execute([sender.row(old)])?;
    }
    Ok(())
}
