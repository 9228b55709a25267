//! Megolm keys on their way: asked for when one is missing, answered when the asker may read, and shared again while
//! they are owed. The keys themselves are in the channels' [`KeyRing`].
//!
//! | file | what it does |
//! |---|---|
//! | `wants` | what is missing, who was asked, when the next try is due |
//! | `asking` | whom to ask, and the messages that ask |
//! | `heard` | which devices are likely to answer |
//! | `answers` | what was answered lately, and what cannot be answered yet |
//! | `answering` | judges a question and sends the key, or why not |
//! | `owed` | keys of one's own sessions that the relay has not taken yet |
//! | `pace` | so many at once, and one more each so often |

mod answering;
mod answers;
mod asking;
mod heard;
mod owed;
mod pace;
mod wants;

use parley_protocol::Millis;
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::map::IdSet;

use super::channel::{KeyRing, TakenKey};
use super::context::Cx;
use super::to_device::ToDevice;
use crate::megolm::SessionRef;

/// Everything about keys on their way.
#[derive(Default)]
pub(super) struct KeyExchange {
    wants: wants::Wants,
    answers: answers::Answers,
    owed: owed::Owed,
    requests: asking::Requests,
    heard: heard::Heard,
    /// A session was announced that somebody asked for.
    awaited_is_announced: bool,
    /// Nobody is asked before this: a vault is being read.
    vault_until: Option<Millis>,
}

/// What other parts lend while this one works.
pub(super) struct Lent<'a> {
    pub(super) ring: KeyRing<'a>,
    pub(super) to_device: &'a ToDevice,
    /// Members with a connected device. `None` while that is not known.
    pub(super) online: Option<&'a IdSet<UserId>>,
}

impl KeyExchange {
    pub(super) fn timeout(&self, is_open: bool) -> Option<Millis> {
        let at_once = self.awaited_is_announced.then_some(0);
        let asking = self.wants.timeout();
        let asking = asking.map(|at| at.max(self.vault_until.unwrap_or(0)));
        [at_once, asking, self.owed.timeout()]
            .into_iter()
            .flatten()
            .min()
            .filter(|_| is_open)
    }

    pub(super) fn handle_timeout(&mut self, lent: &mut Lent<'_>, cx: &mut Cx<'_>) {
        if cx.is_open() {
            if std::mem::take(&mut self.awaited_is_announced) {
                self.answer_what_waited(lent, cx);
            }
            if self.vault_until.is_none_or(|until| until <= cx.now) {
                self.ask_for_keys(lent, cx);
            }
            self.share_what_is_due(lent, cx);
        }
    }

    /// A new connection.
    pub(super) fn resume(&mut self, lent: &mut Lent<'_>, cx: &mut Cx<'_>) {
        let [low, high, ..] = *cx.me.device.as_bytes();
        let phase = u64::from(u16::from_be_bytes([low, high])) * 10;
        self.wants.resume(phase, cx.now);
        self.owed.resume(cx.now);
        self.go_on(lent, cx);
    }

    /// The log has changed: what waited for it is judged.
    pub(super) fn go_on(&mut self, lent: &mut Lent<'_>, cx: &mut Cx<'_>) {
        if cx.is_log_whole() {
            self.answer_what_waited(lent, cx);
            self.share_what_is_due(lent, cx);
        }
    }

    /// A message cannot be read without this session's key. It is looked for in what the vault brought first.
    pub(super) fn want(&mut self, session: SessionRef, cx: &mut Cx<'_>) {
        if self.wants.want(session, cx.now) {
            cx.output.find(session);
        }
    }

    /// Whether a session's key is missing here.
    pub(super) fn wants(&self, session: SessionRef) -> bool {
        self.wants.contains(session)
    }

    /// A vault is being read: nobody is asked for what may come from there, up to this time.
    pub(super) fn wait_for_vault(&mut self, until: Option<Millis>) {
        self.vault_until = until;
    }

    /// A session is announced: who asked for it before gets an answer.
    pub(super) fn note_announcement(&mut self, session: SessionRef) {
        self.awaited_is_announced |= self.answers.awaits(session);
    }

    /// A key came, asked for or not. Says whether there is room now to want more.
    pub(super) fn note_key(
        &mut self,
        from: DeviceId,
        session: SessionRef,
        taken: TakenKey,
        lent: &mut Lent<'_>,
        cx: &mut Cx<'_>,
    ) -> bool {
        if let TakenKey::Better { still_lacking } = taken {
            if !still_lacking {
                self.wants.remove(session);
            }
            self.answer_about(session, lent, cx);
        }
        // If it helped, nothing is wanted any more.
        self.wants.note_in_vain(session, from, cx.now);
        taken != TakenKey::Known && self.wants.take_overflowed()
    }
}
