//! To-device messages that came in, led to the part that each is for. All that follows from one is kept before the
//! relay may forget it.

use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;
use parley_protocol::mail::InboundMail;

use super::Engine;
use super::context::Cx;
use super::parts::Parts;
use super::to_device::Opened;
use crate::content::ToDeviceBody;
use crate::effect::Event;
use crate::megolm::{HandedKey, SessionRef};

impl Engine {
    pub(super) fn handle_to_device(&mut self, items: &[InboundMail], now: Millis) {
        let before = self.parts.to_device.position();
        for item in items {
            self.with(now, |parts, cx| {
                let opened = parts.to_device.receive(item, cx);
                deliver(parts, opened, cx);
            });
        }
        if self.parts.to_device.position() > before {
            self.with(now, |parts, cx| parts.to_device.acknowledge(cx));
        }
    }

    /// The log is further: devices that were not in it may be now.
    pub(super) fn open_held_messages(&mut self, now: Millis) {
        let held = self.with(now, |parts, cx| parts.to_device.take_held(cx));
        for item in held {
            self.with(now, |parts, cx| {
                let opened = parts.to_device.open(&item, cx);
                deliver(parts, opened, cx);
            });
        }
    }
}

fn deliver(parts: &mut Parts, opened: Option<Opened>, cx: &mut Cx<'_>) {
    let Some(Opened { from, body }) = opened else {
        return;
    };
    if cx
        .log
        .devices()
        .get(&from)
        .is_some_and(|it| cx.log.guest(&it.user).is_some())
    {
        // A guest is in a call, and has nothing to say beside it.
        if let Some(ToDeviceBody::Call { signal }) = body
            && cx.log.present_device(&from, cx.now).is_some()
        {
            parts.voice.handle_signal(from, signal, cx);
        }
        return;
    }
    parts.keys.hear_of(from, cx);
    let gone = cx.log.active_device(&from).is_none();
    match body {
        Some(ToDeviceBody::SessionKey { session, handed }) => {
            take_session_key(parts, from, session, &handed, cx);
        }
        Some(ToDeviceBody::RefusedButDelivered { session }) => {
            parts
                .channels
                .handle_refused_but_delivered(from, session, cx);
        }
        Some(ToDeviceBody::AccountData { values }) => {
            let user = cx.log.active_device(&from).map(|it| it.user);
            let values = values.into_iter().map(|value| (value, false));
            if user == Some(cx.me.user) && parts.account_data.merge(values, cx) {
                parts.apply_read_marks(cx);
            }
        }
        Some(ToDeviceBody::VaultHead { counter, hash }) => {
            parts.vault.handle_head(from, counter, hash, cx);
        }
        Some(ToDeviceBody::Direct { content }) => {
            parts.direct.take(from, content, &parts.account_data, cx);
        }
        Some(ToDeviceBody::Nudge) | None => {}
        Some(
            ToDeviceBody::KeyRequest { .. }
            | ToDeviceBody::KeyRefused { .. }
            | ToDeviceBody::KeyUnknown { .. }
            | ToDeviceBody::Call { .. }
            | ToDeviceBody::Verification { .. },
        ) if gone => {}
        Some(ToDeviceBody::KeyRequest { sessions, head }) => {
            let (keys, mut lent) = parts.keys();
            keys.handle_key_request(from, sessions, head, &mut lent, cx);
        }
        Some(ToDeviceBody::KeyRefused { sessions }) => {
            let (keys, mut lent) = parts.keys();
            keys.handle_key_refused(from, sessions, &mut lent, cx);
        }
        Some(ToDeviceBody::KeyUnknown { sessions }) => {
            parts.keys.handle_key_unknown(from, sessions, cx);
        }
        Some(ToDeviceBody::Call { signal }) => parts.voice.handle_signal(from, signal, cx),
        Some(ToDeviceBody::Verification { message }) => {
            cx.output.event(Event::Verification { from, message });
        }
    }
}

fn take_session_key(
    parts: &mut Parts,
    from: DeviceId,
    session: SessionRef,
    handed: &HandedKey,
    cx: &mut Cx<'_>,
) {
    let taken = parts.channels.key_ring().take(from, session, handed, cx);
    let Some(taken) = taken else {
        return;
    };
    let (keys, mut lent) = parts.keys();
    if keys.note_key(from, session, taken, &mut lent, cx) {
        parts.channels.ask_for_unread(cx);
    }
}
