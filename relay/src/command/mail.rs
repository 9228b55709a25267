//! Mail from device to device: into mailboxes, and out of them when the receiver has it.

use parley_protocol::error::ErrorCode;
use parley_protocol::ids::MailId;
use parley_protocol::limits::{MAX_MAIL_CHARS, MAX_MAIL_RECIPIENTS, MAX_MAILBOX_ITEMS};
use parley_protocol::mail::{InboundMail, OutboundMail};
use rusqlite::{OptionalExtension as _, params};

use super::scope::{Scope, active, device_owner, is_as_long_in_a_frame};
use super::{Asked, Outcome};
use crate::refusal::Failure;
use crate::storage::values::{Blob, Owner, integer, number};

/// So many batches of each sender are remembered, so that a repetition changes nothing. A client repeats
/// what its outbox holds after a break; that is far less.
const REMEMBERED_BATCHES: u64 = 1000;

/// A device sends mail that must not be lost.
#[derive(Debug)]
pub(crate) struct SendMail {
    pub(crate) asked: Asked,
    pub(crate) id: MailId,
    pub(crate) mail: Vec<OutboundMail>,
}

/// A device has stored its mail.
#[derive(Debug)]
pub(crate) struct ForgetMail {
    pub(crate) asked: Asked,
    pub(crate) through: u64,
}

/// What holds for a batch before anything is looked up.
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
    let sender = device_owner(active(community, &command.asked.by)?);
    if !remember(scope, sender, &command.id)? {
        return Ok(Outcome::Mailed {
            deliveries: Vec::new(),
            fresh: false,
        });
    }
    let mut deliveries = Vec::with_capacity(command.mail.len());
    let mut full = 0_usize;
    for mail in &command.mail {
        let Some(receiver) = community.active_device(&mail.to) else {
            continue;
        };
        match put(scope, &command.asked, device_owner(receiver), mail)? {
            Some(inbound) => deliveries.push((mail.to, inbound)),
            None => full += 1,
        }
    }
    // One device that never reads must not keep the others from hearing.
    if full > 0 && deliveries.is_empty() {
        return Err(ErrorCode::Full.into());
    }
    Ok(Outcome::Mailed {
        deliveries,
        fresh: true,
    })
}

pub(super) fn forget(scope: &mut Scope<'_>, command: &ForgetMail) -> Result<Outcome, Failure> {
    let community = scope.community()?;
    let owner = device_owner(active(community, &command.asked.by)?);
    let gone = scope
        .db
        .prepare_cached("DELETE FROM mail WHERE place > ?1 AND place <= ?2")?
        .execute([owner.place(0), owner.place(command.through)])?;
    if gone > 0 {
        scope
            .db
            .prepare_cached("UPDATE mailbox SET waiting = max(0, waiting - ?2) WHERE device = ?1")?
            .execute([integer(owner.0), i64::try_from(gone).unwrap_or(i64::MAX)])?;
    }
    Ok(Outcome::Done)
}

/// Remembers a batch; `false` if it is known.
fn remember(scope: &Scope<'_>, sender: Owner, id: &MailId) -> Result<bool, Failure> {
    let known = scope
        .db
        .prepare_cached("SELECT 1 FROM mail_sent WHERE sender = ?1 AND id = ?2")?
        .exists(params![integer(sender.0), Blob(id)])?;
    if known {
        return Ok(false);
    }
    let (_, _, sent) = mailbox(scope, sender)?;
    let sent = sent.saturating_add(1);
    scope
        .db
        .prepare_cached("INSERT INTO mail_sent (place, sender, id) VALUES (?1, ?2, ?3)")?
        .execute(params![sender.place(sent), integer(sender.0), Blob(id)])?;
    if let Some(old) = sent.checked_sub(REMEMBERED_BATCHES) {
        scope
            .db
            .prepare_cached("DELETE FROM mail_sent WHERE place = ?1")?
            .execute([sender.place(old)])?;
    }
    scope
        .db
        .prepare_cached("UPDATE mailbox SET sent = ?2 WHERE device = ?1")?
        .execute([integer(sender.0), integer(sent)])?;
    Ok(true)
}

/// Puts one piece of mail into a mailbox; `None` if it is full.
fn put(
    scope: &Scope<'_>,
    asked: &Asked,
    receiver: Owner,
    mail: &OutboundMail,
) -> Result<Option<InboundMail>, Failure> {
    let (last, waiting, _) = mailbox(scope, receiver)?;
    if waiting >= MAX_MAILBOX_ITEMS {
        return Ok(None);
    }
    let seq = last.saturating_add(1);
    scope
        .db
        .prepare_cached(
            "INSERT INTO mail (place, at, sender, message_type, ciphertext)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            receiver.place(seq),
            integer(asked.at),
            Blob(&asked.by),
            mail.message.message_type,
            mail.message.ciphertext
        ])?;
    scope
        .db
        .prepare_cached("UPDATE mailbox SET last = ?2, waiting = waiting + 1 WHERE device = ?1")?
        .execute([integer(receiver.0), integer(seq)])?;
    Ok(Some(InboundMail {
        seq,
        at: asked.at,
        from: asked.by,
        message: mail.message.clone(),
    }))
}

/// A mailbox's last number, how much waits in it, and how many batches its device has sent.
fn mailbox(scope: &Scope<'_>, device: Owner) -> Result<(u64, u64, u64), Failure> {
    let found = scope
        .db
        .prepare_cached("SELECT last, waiting, sent FROM mailbox WHERE device = ?1")?
        .query_row([integer(device.0)], |row| {
            Ok((
                number(row.get(0)?),
                number(row.get(1)?),
                number(row.get(2)?),
            ))
        })
        .optional()?;
    if let Some(found) = found {
        return Ok(found);
    }
    scope
        .db
        .prepare_cached("INSERT INTO mailbox (device, last, waiting, sent) VALUES (?1, 0, 0, 0)")?
        .execute([integer(device.0)])?;
    Ok((0, 0, 0))
}
