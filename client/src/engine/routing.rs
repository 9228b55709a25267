//! How the engine reaches its parts, and how a wish of one part becomes an input of another.

use parley_protocol::Millis;

use super::Engine;
use super::context::Cx;
use super::parts::Parts;
use super::sync::{SyncState, Turn};
use super::wish::Wish;

impl Engine {
    /// Gives an input to the connection or the log.
    pub(super) fn with_sync<R>(
        &mut self,
        now: Millis,
        act: impl FnOnce(&mut SyncState, &mut Turn<'_>) -> R,
    ) -> R {
        let (sync, _, mut turn) = self.sync_turn(now);
        act(sync, &mut turn)
    }

    /// The connection and the log, the parts that they take values from, and what they get with an input.
    pub(super) fn sync_turn(&mut self, now: Millis) -> (&mut SyncState, &Parts, Turn<'_>) {
        let turn = Turn {
            now,
            output: &mut self.output,
            rng: &mut self.rng,
        };
        (&mut self.sync, &self.parts, turn)
    }

    /// Gives an input to the other parts.
    pub(super) fn with<R>(
        &mut self,
        now: Millis,
        act: impl FnOnce(&mut Parts, &mut Cx<'_>) -> R,
    ) -> R {
        let (parts, mut cx) = self.parts_context(now);
        act(parts, &mut cx)
    }

    fn parts_context(&mut self, now: Millis) -> (&mut Parts, Cx<'_>) {
        let me = self.sync.me();
        let view = self.sync.view();
        let cx = Cx::new(now, me, view, &mut self.output, &mut self.rng);
        (&mut self.parts, cx)
    }

    /// After an input: grants wishes, lets the parts go on, and says what changed.
    pub(super) fn finish(&mut self, now: Millis) {
        self.route(now);
        self.sync.set_urgent(self.parts.voice.is_in_call());
        self.output.flush();
    }

    /// Grants wishes and lets the parts go on, until nothing is left to do.
    pub(super) fn route(&mut self, now: Millis) {
        while let Some(online) = self.online {
            self.grant_all(now);
            self.with(now, online.pump);
            if !self.output.has_wishes() {
                break;
            }
        }
    }

    fn grant_all(&mut self, now: Millis) {
        while let Some(online) = self.online
            && let Some(wish) = self.output.take_wish()
        {
            (online.grant)(self, wish, now);
        }
    }

    pub(super) fn grant(&mut self, wish: Wish, now: Millis) {
        match wish {
            Wish::DropConnection => self.drop_connection(now),
            Wish::NoteOffline => self.with(now, |parts, cx| {
                parts.pause(cx);
                parts.voice.handle_relay_lost(cx);
            }),
            Wish::NoteSignedOut => {
                // Nobody answers for who is in a call. What it wants to say goes nowhere.
                self.with(now, |parts, cx| parts.voice.end(cx));
                self.grant_all(now);
                self.with(now, Parts::pause);
            }
            Wish::AppendToLog(action) => {
                let (sync, parts, mut turn) = self.sync_turn(now);
                // Without a connection it is wished for again on the next one.
                let _ = sync.append(*action, parts.to_device.keys(), &mut turn);
            }
            Wish::Send { .. }
            | Wish::HurryVault
            | Wish::Share(_)
            | Wish::EndShares(_)
            | Wish::WantKey(_)
            | Wish::NoteAnnounced(_)
            | Wish::NoteBelieved(_)
            | Wish::SendDirect { .. }
            | Wish::SettleDirect { .. }
            | Wish::NoteTyping(..)
            | Wish::SetData { .. }
            | Wish::NoteWritten { .. } => {
                self.with(now, |parts, cx| grant_among_parts(parts, wish, cx));
            }
        }
    }

    pub(super) fn drop_connection(&mut self, now: Millis) {
        self.with_sync(now, SyncState::drop_connection);
    }
}

fn grant_among_parts(parts: &mut Parts, wish: Wish, cx: &mut Cx<'_>) {
    match wish {
        Wish::Send {
            to,
            body,
            transient,
        } => parts.to_device.queue(to, body, transient, cx),
        Wish::SendDirect {
            to,
            content,
            message,
        } => parts.to_device.queue_direct(to, content, message, cx),
        Wish::SettleDirect { messages, taken } => {
            if let Some(direct) = parts.direct.part() {
                direct.settle(&messages, taken, cx);
            }
        }
        Wish::NoteTyping(channel, user) => parts.people.note_typing(channel, user, cx),
        Wish::SetData { name, value } => {
            // Without room it is as if this device had never known.
            parts.account_data.set(name, value, cx).ok();
        }
        Wish::Share(shares) => {
            for share in shares {
                parts.to_device.queue_share(share, cx);
            }
            parts.keys.look_after_shares(cx.now);
        }
        Wish::EndShares(shares) => parts.channels.key_ring().end_shares(&shares, cx),
        Wish::WantKey(session) => parts.keys.want(session, cx),
        Wish::NoteAnnounced(session) => parts.keys.note_announcement(session),
        Wish::NoteBelieved(session) => {
            let (keys, mut lent) = parts.keys();
            keys.answer_about(session, &mut lent, cx);
        }
        Wish::HurryVault => parts.vault.hurry(),
        Wish::NoteWritten {
            channel,
            device,
            at,
        } => {
            parts.people.note_written(channel, &device, cx);
            parts.keys.hear_of_writing(device, at, cx);
        }
        Wish::DropConnection | Wish::NoteOffline | Wish::NoteSignedOut | Wish::AppendToLog(_) => {}
    }
}
