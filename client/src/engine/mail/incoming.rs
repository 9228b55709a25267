//! Mail that comes in: opened once, kept before the relay may forget it, and handed to whom it concerns.

use parley_protocol::Millis;
use parley_protocol::frame::ClientToRelay;
use parley_protocol::ids::DeviceId;
use parley_protocol::json;
use parley_protocol::mail::InboundMail;

use super::super::{Engine, state};
use crate::content::{MailBody, MailContent};
use crate::olm::OpenError;
use crate::store::{Change, Table};

/// A session that broke is started anew at most this often.
const RENEW_AFTER: Millis = 60_000;

impl Engine {
    pub(in crate::engine) fn handle_mail(&mut self, items: Vec<InboundMail>, now: Millis) {
        let before = self.mail.position;
        for item in items {
            if item.seq == 0 || item.seq > self.mail.position {
                self.take_position(item.seq);
                self.open_mail(&item, now);
            }
        }
        if self.mail.position > before {
            self.output.send(&ClientToRelay::MailReceived {
                through: self.mail.position,
            });
        }
        self.pump_mail(now);
    }

    /// Noted before the mail is opened, so that it is kept together with what opening changes, even when
    /// an answer goes out in between.
    fn take_position(&mut self, seq: u64) {
        if seq > self.mail.position {
            self.set_mail_position(seq);
        }
    }

    pub(in crate::engine) fn set_mail_position(&mut self, seq: u64) {
        self.mail.position = seq;
        self.output.store(Change::put(
            Table::State,
            state::MAILBOX,
            &self.mail.position,
        ));
    }

    fn open_mail(&mut self, item: &InboundMail, now: Millis) {
        let from = item.from;
        // What somebody sent before they were gone still counts, as far as it can do no harm.
        let Some(device) = self.community.devices().get(&from).cloned() else {
            return self.mail.keep_for_the_log(item);
        };
        let opened = self
            .olm
            .decrypt(&mut self.device, from, &device, &item.message);
        let plaintext = match opened {
            Ok(plaintext) => plaintext,
            Err(OpenError::Replayed) => return,
            Err(OpenError::Malformed | OpenError::NoSession) => {
                return self.renew_session(from, now);
            }
        };
        self.hear_of(from, now);
        self.output.store(self.olm.change(&from));
        if item.message.message_type == 0 {
            self.store_account();
        }
        let Ok(content) = json::read::<MailContent>(&plaintext) else {
            return;
        };
        if content.community == self.community.id()
            && content.from == from
            && content.to == self.device.id()
        {
            self.handle_mail_body(from, content.body, now);
        }
    }

    /// The log is further: devices that were not in it may be now.
    pub(in crate::engine) fn open_kept_mail(&mut self, now: Millis) {
        for item in self.mail.take_kept() {
            self.open_mail(&item, now);
        }
        self.pump_mail(now);
    }

    fn handle_mail_body(&mut self, from: DeviceId, body: MailBody, now: Millis) {
        let gone = self.community.active_device(&from).is_none();
        match body {
            MailBody::SessionKey { session, handed } => {
                self.handle_session_key(from, session, &handed, now);
            }
            MailBody::KeyRequest { .. }
            | MailBody::KeyRefused { .. }
            | MailBody::KeyUnknown { .. }
            | MailBody::Call { .. }
                if gone => {}
            MailBody::KeyRequest { sessions, head } => {
                self.handle_key_request(from, sessions, head, now);
            }
            MailBody::KeyRefused { sessions } => self.handle_key_refused(from, sessions, now),
            MailBody::KeyUnknown { sessions } => self.handle_key_unknown(from, sessions, now),
            MailBody::RefusedButDelivered { session } => {
                self.handle_refused_but_delivered(from, session);
            }
            MailBody::Call { signal } => self.handle_call_signal(from, signal, now),
            MailBody::Nudge => {}
        }
    }

    /// What a device sends cannot be opened: the session broke. A new one is started from here.
    fn renew_session(&mut self, device: DeviceId, now: Millis) {
        if self.community.active_device(&device).is_none() {
            return;
        }
        let renewed = self.mail.renewed_at.get(&device);
        if renewed.is_some_and(|at| now < at + RENEW_AFTER) {
            return;
        }
        self.mail.renewed_at.insert(device, now);
        self.mail.renewing.insert(device);
        self.queue_mail(device, MailBody::Nudge, false);
    }
}
