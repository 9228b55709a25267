//! Completes committed commands: answers whoever issued them, and notes what to fan out.

use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{RelayToClient, Response};

use super::Core;
use super::input::Reply;
use crate::command::{KeysLeft, Outcome};
use crate::metrics::Metrics;
use crate::outgoing::{Frame, StateKey};
use crate::refusal::refused;

/// Below this many one-time keys a device is asked for more. A burst of new members claims one each.
const FEW_KEYS: u32 = 20;

impl Core {
    pub(super) fn complete(
        &mut self,
        reply: Reply,
        result: Result<Outcome, ApiError>,
        now: Millis,
    ) {
        if let Ok(outcome) = &result {
            self.note(outcome, now);
        }
        match reply {
            Reply::None => {}
            Reply::Call(answer) => answer(result),
            Reply::Request { connection, id } => {
                self.respond(connection, id, result.and_then(response));
            }
            Reply::Mail {
                connection,
                id,
                transient,
            } => {
                if matches!(result, Ok(Outcome::Mailed { fresh: true, .. })) {
                    self.fresh.transient.push((connection, transient));
                }
                self.respond(connection, id, result.and_then(response));
            }
        }
    }

    fn note(&mut self, outcome: &Outcome, now: Millis) {
        match outcome {
            Outcome::Appended {
                first,
                entries,
                fresh: true,
            } => {
                let numbers = *first..;
                self.fresh
                    .entries
                    .extend(numbers.zip(entries.iter().cloned()));
            }
            Outcome::Posted {
                channel,
                item,
                fresh: true,
            } => {
                self.channels.entry(*channel).or_default().last = item.seq;
                self.fresh.add_item(*channel, item.clone());
                self.note_expiry(channel, &item.content, item.at);
                Metrics::add(&self.shared.metrics.items, 1);
            }
            Outcome::Redacted { channel, item } => {
                self.fresh.replace_item(*channel, item);
                self.disappearing.note_deleted(now);
            }
            Outcome::Mailed {
                deliveries,
                full: _,
                fresh: true,
            } => {
                Metrics::add(&self.shared.metrics.mail, deliveries.len());
                self.fresh.mail.extend(deliveries.iter().cloned());
            }
            Outcome::Claimed { prekeys: _, left } => {
                for left in left {
                    self.ask_for_keys(left);
                }
            }
            Outcome::SessionOver { family, misused } => {
                if *misused {
                    tracing::warn!("refresh token reused: session ended");
                }
                self.fresh.ended.push(*family);
            }
            Outcome::SessionsOver { families } => self.fresh.ended.extend(families),
            Outcome::BlobRecorded { waits_until } => self.uploads.expect(*waits_until),
            Outcome::Done
            | Outcome::ItemsExpired { .. }
            | Outcome::MailExpired { .. }
            | Outcome::UploadsExpired { .. }
            | Outcome::VaultAppended { .. }
            | Outcome::NoSession
            | Outcome::Session { .. }
            | Outcome::Appended { fresh: false, .. }
            | Outcome::Posted { fresh: false, .. }
            | Outcome::Mailed { fresh: false, .. } => {}
        }
    }

    fn ask_for_keys(&self, left: &KeysLeft) {
        if left.one_time >= FEW_KEYS {
            return;
        }
        if let Some(connection) = self.connection_by_device.get(&left.device) {
            let frame = RelayToClient::PrekeyCount {
                one_time: left.one_time,
                fresh_fallback: left.fresh_fallback,
            };
            self.send_state(*connection, StateKey::Prekeys, Frame::new(&frame));
        }
    }
}

fn response(outcome: Outcome) -> Result<Response, ApiError> {
    match outcome {
        Outcome::Done | Outcome::Redacted { .. } => Ok(Response::Done),
        Outcome::Mailed { full, .. } => Ok(Response::MailSent { full }),
        Outcome::Appended { first, .. } => Ok(Response::Appended { seq: first }),
        Outcome::Posted { item, .. } => Ok(Response::Posted {
            seq: item.seq,
            at: item.at,
        }),
        Outcome::Claimed { prekeys, .. } => Ok(Response::Prekeys { prekeys }),
        Outcome::VaultAppended { follows } => Ok(Response::VaultAppended { follows }),
        Outcome::ItemsExpired { .. }
        | Outcome::MailExpired { .. }
        | Outcome::UploadsExpired { .. }
        | Outcome::BlobRecorded { .. }
        | Outcome::Session { .. }
        | Outcome::SessionOver { .. }
        | Outcome::SessionsOver { .. }
        | Outcome::NoSession => Err(refused(ErrorCode::Internal)),
    }
}
