//! The side of the device that is there already: opens the meeting, shows the code, and sends what it knows.

use leptos::prelude::Set;
use parley_client::engine::LinkingKeys;
use parley_client::linking::{LinkError, OldDevice, OldEffect, OldProgress, write_piece};
use parley_client::store::Record;
use parley_protocol::auth::{LinkTokenRequest, OpenLinkRequest};
use parley_protocol::link::LinkCode;

use super::direct_past::DirectPast;
use super::meeting::Meeting;
use super::running::{
    Done, LinkingHere, LinkingInput, Pending, Running, failure_of, failure_of_core,
};
use crate::driver::port::Port;
use crate::driver::relay;
use crate::driver::wish::{Wish, Wishes};
use crate::linking::store::{LinkFailure, OldStage, Shown};
use crate::platform::{location, task};
use crate::stores::Stores;

/// Keys in one piece: about 75 KB.
const PIECE: usize = 150;

pub(super) struct OldSide {
    number: u64,
    stores: Stores,
    port: Port<LinkingInput>,
    core: OldDevice,
    meeting: Option<Meeting>,
    code: Option<LinkCode>,
    sending: Option<Sending>,
}

/// What is left to be sent.
struct Sending {
    keys: LinkingKeys,
    /// What an earlier restore or linking left in the store.
    archive: Vec<Record>,
    sent: usize,
    direct: DirectPast,
}

impl OldSide {
    pub(super) fn begin(
        number: u64,
        stores: Stores,
        port: Port<LinkingInput>,
        here: LinkingHere<'_>,
    ) -> Self {
        let core = OldDevice::begin();
        let request = OpenLinkRequest { key: core.key() };
        let back = port.clone();
        let token = here.token;
        task::spawn(async move {
            let token = match token {
                Some(token) => Ok(token),
                None => match relay::refresh().await {
                    Ok(session) => {
                        let token = session.access_token.clone();
                        back.put(LinkingInput::Done(number, Done::Session(session)));
                        Ok(token)
                    }
                    Err(error) => Err(error),
                },
            };
            let opened = match token {
                Ok(token) => relay::link::open(&token, &request).await,
                Err(error) => Err(error),
            };
            back.put(LinkingInput::Done(number, Done::Opened(opened)));
        });
        Self {
            number,
            stores,
            port,
            core,
            meeting: None,
            code: None,
            sending: None,
        }
    }

    async fn handle_done(&mut self, done: Done, mut here: LinkingHere<'_>) -> Wishes {
        match done {
            Done::Session(session) => return vec![Wish::UseSession(session)],
            Done::Opened(Ok(opened)) => {
                self.code = Some(LinkCode::new(opened.number, self.core.key()));
                let port = self.port.clone();
                let meeting = Meeting::new(self.number, port, opened.number, opened.seat);
                self.meeting = Some(meeting);
            }
            Done::Received(Ok(texts)) => {
                for text in &texts {
                    self.core.handle_text(text);
                }
                if let Some(meeting) = &mut self.meeting {
                    meeting.handle_received(texts.len());
                }
            }
            Done::Sent(Ok(())) => {
                if let Some(meeting) = &mut self.meeting {
                    meeting.handle_sent();
                }
                self.send_piece(&mut here).await;
            }
            Done::Token(Ok(token)) => {
                if let Some(engine) = &here.engine {
                    let token = token.token.0;
                    self.core
                        .welcome(|device| engine.certify_linked(device, token));
                }
            }
            Done::Opened(Err(error))
            | Done::Received(Err(error))
            | Done::Sent(Err(error))
            | Done::Token(Err(error)) => {
                // The new device ends the meeting once it has everything.
                if self.core.progress() != OldProgress::Done {
                    self.fail(failure_of(&error));
                    return Wishes::new();
                }
            }
            Done::Joined(_) | Done::Again => {}
        }
        self.settle(&mut here).await;
        Wishes::new()
    }

    async fn settle(&mut self, here: &mut LinkingHere<'_>) {
        while let Some(effect) = self.core.poll_effect() {
            match effect {
                OldEffect::Send(text) => {
                    if let Some(meeting) = &mut self.meeting {
                        meeting.send(text);
                    }
                }
                OldEffect::GetToken { device } => self.get_token(device, here),
                OldEffect::SendPieces => {
                    let Some(engine) = &mut here.engine else {
                        continue;
                    };
                    let archive = here.keeper.find_all().await.unwrap_or_default();
                    let conversations = engine.conversations().into_iter();
                    let conversations = conversations.map(|it| it.id).collect();
                    self.sending = Some(Sending {
                        keys: engine.linking_keys(),
                        archive,
                        sent: 0,
                        direct: DirectPast::of(conversations, here.keeper).await,
                    });
                    self.send_piece(here).await;
                }
            }
        }
        self.show();
    }

    fn get_token(&self, device: parley_protocol::ids::DeviceId, here: &LinkingHere<'_>) {
        let (port, number, token) = (self.port.clone(), self.number, here.token.clone());
        let request = LinkTokenRequest { device };
        task::spawn(async move {
            let token = match token {
                Some(token) => Ok(token),
                None => relay::refresh().await.map(|session| session.access_token),
            };
            let answer = match token {
                Ok(token) => relay::link::token(&token, &request).await,
                Err(error) => Err(error),
            };
            port.put(LinkingInput::Done(number, Done::Token(answer)));
        });
    }

    /// The next piece, once the one before is with the relay: no more is held in memory than one.
    async fn send_piece(&mut self, here: &mut LinkingHere<'_>) {
        let is_quiet = self.meeting.as_ref().is_some_and(Meeting::is_quiet);
        let (Some(sending), Some(engine)) = (&mut self.sending, &mut here.engine) else {
            return;
        };
        if !is_quiet {
            return;
        }
        let (held, all) = (
            sending.keys.len(),
            sending.keys.len() + sending.archive.len(),
        );
        let is_first = sending.sent == 0;
        let of = (all.max(1) + sending.direct.count()) as u64;
        if sending.sent >= all && !is_first {
            let copies = sending.direct.next(here.keeper).await;
            if copies.is_empty() {
                self.sending = None;
                self.core.finish();
            } else {
                let sent = (all.max(1) + sending.direct.given()) as u64;
                let piece = write_piece(&[], Vec::new(), copies);
                self.core.send_piece(piece, sent, of);
            }
        } else {
            let records = if sending.sent < held {
                engine.export_linking_keys(&sending.keys, sending.sent, PIECE)
            } else {
                let rest = sending.archive.iter().skip(sending.sent - held);
                rest.take(PIECE).cloned().collect()
            };
            let end = if sending.sent < held { held } else { all };
            sending.sent = (sending.sent + PIECE).min(end).max(1);
            let data = if is_first {
                engine.linking_data()
            } else {
                Vec::new()
            };
            let piece = write_piece(&records, data, Vec::new());
            self.core.send_piece(piece, sending.sent as u64, of);
        }
        while let Some(effect) = self.core.poll_effect() {
            if let (OldEffect::Send(text), Some(meeting)) = (effect, &mut self.meeting) {
                meeting.send(text);
            }
        }
    }

    fn show(&self) {
        let stage = match self.core.progress() {
            OldProgress::Waiting => match self.code {
                Some(code) => OldStage::Showing(shown(&code)),
                None => OldStage::Opening,
            },
            OldProgress::Comparing { digits, label } => OldStage::Comparing { digits, label },
            OldProgress::Registering => OldStage::Registering,
            OldProgress::Sending { sent, of } => OldStage::Sending { sent, of },
            OldProgress::Done => OldStage::Done,
            OldProgress::Failed(error) => OldStage::Failed(failure_of_core(error)),
        };
        self.stores.linking.old.set(Some(stage));
    }

    fn fail(&mut self, failure: LinkFailure) {
        self.core.end(LinkError::Damaged);
        self.sending = None;
        let failed = OldStage::Failed(failure);
        self.stores.linking.old.set(Some(failed));
    }
}

fn shown(code: &LinkCode) -> Shown {
    let fragment = code.to_fragment().unwrap_or_default();
    Shown {
        link: format!("{}/#{fragment}", location::origin()),
        letters: code.to_letters(),
    }
}

impl Running for OldSide {
    fn number(&self) -> u64 {
        self.number
    }

    fn decide(&mut self, is_same: bool, here: LinkingHere<'_>) {
        self.core.decide(is_same);
        while let Some(effect) = self.core.poll_effect() {
            match effect {
                OldEffect::Send(text) => {
                    if let Some(meeting) = &mut self.meeting {
                        meeting.send(text);
                    }
                }
                OldEffect::GetToken { device } => self.get_token(device, &here),
                OldEffect::SendPieces => {}
            }
        }
        self.show();
    }

    fn handle<'a>(&'a mut self, done: Done, here: LinkingHere<'a>) -> Pending<'a, Wishes> {
        Box::pin(self.handle_done(done, here))
    }

    fn close(&mut self) -> bool {
        self.core.end(LinkError::Ended);
        while let Some(effect) = self.core.poll_effect() {
            if let (OldEffect::Send(text), Some(meeting)) = (effect, &mut self.meeting) {
                meeting.send(text);
            }
        }
        true
    }
}
