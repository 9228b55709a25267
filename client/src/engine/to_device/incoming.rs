//! To-device messages that come in: opened once, and kept before the relay may forget them.

use std::collections::VecDeque;

use parley_protocol::frame::ClientToRelay;
use parley_protocol::ids::DeviceId;
use parley_protocol::json;
use parley_protocol::mail::InboundMail;

use super::ToDevice;
use crate::alert::Alert;
use crate::content::{ToDeviceBody, ToDeviceContent};
use crate::engine::context::Cx;
use crate::olm::OpenError;
use crate::store::{Change, Record, Restored, Table, number_key, of_table};

/// Messages kept until the log names the device that sent them.
const HELD_FOR_LOG: usize = 200;

/// Messages that wait for their sender to be in the log, oldest first.
pub(super) struct HeldMail(VecDeque<InboundMail>);

/// A message that an Olm session with its sender opened.
pub(in crate::engine) struct Opened {
    pub(in crate::engine) from: DeviceId,
    /// `None` if it makes no sense, or was written for somebody else.
    pub(in crate::engine) body: Option<ToDeviceBody>,
}

impl ToDevice {
    /// Opens a message that was not received before. The position is noted before the message is opened, so that it
    /// is kept together with what opening changes, even when an answer goes out in between.
    pub(in crate::engine) fn receive(
        &mut self,
        item: &InboundMail,
        cx: &mut Cx<'_>,
    ) -> Option<Opened> {
        // Transient messages have no number.
        if item.seq != 0 {
            if item.seq <= self.position {
                return None;
            }
            self.set_position(item.seq, cx);
        }
        self.open(item, cx)
    }

    /// Everything that came is kept: the relay may forget it.
    pub(in crate::engine) fn acknowledge(&self, cx: &mut Cx<'_>) {
        cx.output.send(&ClientToRelay::MailReceived {
            through: self.position,
        });
    }

    /// Messages that waited for their sender to be in the log.
    pub(in crate::engine) fn take_held(&mut self, cx: &mut Cx<'_>) -> Vec<InboundMail> {
        let held = std::mem::take(&mut self.held_for_log.0);
        for item in &held {
            forget_held(item, cx);
        }
        held.into()
    }

    /// Opens a message, or keeps it if its sender is not in the log yet.
    pub(in crate::engine) fn open(
        &mut self,
        item: &InboundMail,
        cx: &mut Cx<'_>,
    ) -> Option<Opened> {
        let from = item.from;
        // What somebody sent before they were gone still counts, as far as it can do no harm.
        let Some(device) = cx.log.devices().get(&from) else {
            self.hold_for_log(item, cx);
            return None;
        };
        let opened = self
            .olm
            .decrypt(&mut self.keys, from, device, &item.message);
        let plaintext = match opened {
            Ok(plaintext) => plaintext,
            Err(OpenError::Replayed) => return None,
            Err(OpenError::Malformed | OpenError::NoSession) => {
                self.renew_session(from, cx);
                return None;
            }
        };
        // It may have brought the session for which something waits.
        self.needs_pump = true;
        cx.output.store(self.olm.change(&from));
        if item.message.message_type == 0 {
            self.store_account(cx);
        }
        let content = json::read::<ToDeviceContent>(&plaintext).ok();
        let content = content.filter(|content| {
            content.community == cx.log.id() && content.from == from && content.to == cx.me.device
        });
        let body = content.map(|content| content.body);
        Some(Opened { from, body })
    }

    /// Of a device that is in nobody's log, this is all that is kept.
    fn hold_for_log(&mut self, item: &InboundMail, cx: &mut Cx<'_>) {
        let held = &mut self.held_for_log.0;
        if held.len() >= HELD_FOR_LOG
            && let Some(oldest) = held.pop_front()
        {
            forget_held(&oldest, cx);
        }
        if item.seq != 0 {
            // The relay forgets it.
            cx.output
                .store(Change::put(Table::Direct, held_key(item), item));
        }
        self.held_for_log.0.push_back(item.clone());
    }

    /// What a device sends cannot be opened: the session broke. A new one is started from here.
    fn renew_session(&mut self, device: DeviceId, cx: &mut Cx<'_>) {
        if cx.log.present_device(&device, cx.now).is_some() && self.claims.renew(device, cx.now) {
            self.queue(device, ToDeviceBody::Nudge, false, cx);
        }
    }

    /// Goes back to where the relay is, if it is behind. Says whether it is: the hello named a position from which
    /// nothing will come, so another one is needed.
    pub(in crate::engine) fn go_back(&mut self, last: u64, cx: &mut Cx<'_>) -> bool {
        let behind = last < self.position;
        if behind {
            cx.alert(Alert::MailboxShorter);
            self.set_position(last, cx);
        }
        behind
    }
}

const HELD: &str = "mail/";

fn held_key(item: &InboundMail) -> String {
    format!("{HELD}{}", number_key(item.seq))
}

fn forget_held(item: &InboundMail, cx: &mut Cx<'_>) {
    if item.seq != 0 {
        cx.output
            .store(Change::delete(Table::Direct, held_key(item)));
    }
}

impl Restored for HeldMail {
    type With = ();

    fn is_made_of(record: &Record) -> bool {
        record.table == Table::Direct && record.key.starts_with(HELD)
    }

    fn restore((): (), records: &[Record]) -> Self {
        let kept = of_table(records, Table::Direct).into_iter();
        Self(kept.filter_map(Record::read).collect())
    }
}
