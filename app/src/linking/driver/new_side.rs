//! The side of the new device: joins the meeting, registers at the relay, and takes what the old device sends.

use std::collections::VecDeque;

use leptos::prelude::Set;
use parley_client::linking::{LinkError, NewDevice, NewEffect, NewProgress, Piece, read_piece};
use parley_client::rng::Rng;
use parley_protocol::auth::{JoinLinkRequest, LinkSeat};
use parley_protocol::ids::DeviceId;
use parley_protocol::link::LinkCode;

use super::meeting::Meeting;
use super::running::{
    Done, LinkingHere, LinkingInput, Pending, Running, failure_of, failure_of_core,
};
use crate::driver::keeper::Note;
use crate::driver::port::Port;
use crate::driver::relay;
use crate::driver::wish::{Wish, Wishes};
use crate::linking::store::{LinkFailure, NewStage};
use crate::platform::{clock, device_label, random, task};
use crate::stores::Stores;
use crate::vault::store::Reading;

/// Conversations are looked for again after this, in milliseconds.
const PAUSE: u64 = 200;

pub(super) struct NewSide {
    number: u64,
    stores: Stores,
    port: Port<LinkingInput>,
    code: LinkCode,
    seat: LinkSeat,
    rng: Rng,
    core: Option<NewDevice>,
    meeting: Option<Meeting>,
    /// The device is in the log: what the old one sends is taken in the background.
    is_registered: bool,
    /// The old device, whose keys these are.
    from: Option<DeviceId>,
    /// What is stored and has not been given to the engine: conversations have no place there at the very beginning.
    kept: VecDeque<Piece>,
}

impl NewSide {
    /// `None` if the code is none, which is said.
    pub(super) fn begin(
        number: u64,
        code: &str,
        stores: Stores,
        port: Port<LinkingInput>,
    ) -> Option<Self> {
        let fail = |failure| {
            stores.linking.new.set(Some(NewStage::Failed(failure)));
        };
        let Ok(code) = code.parse::<LinkCode>() else {
            fail(LinkFailure::NotACode);
            return None;
        };
        let Ok(seed) = random::bytes() else {
            fail(LinkFailure::NotLoaded);
            return None;
        };
        let mut rng = Rng::from_seed(seed);
        let seat = LinkSeat::from_bytes(rng.bytes());
        let request = JoinLinkRequest {
            number: code.number(),
            proof: code.proof(),
            seat,
        };
        let back = port.clone();
        task::spawn(async move {
            let joined = relay::link::join(&request).await;
            back.put(LinkingInput::Done(number, Done::Joined(joined)));
        });
        Some(Self {
            number,
            stores,
            port,
            code,
            seat,
            rng,
            core: None,
            meeting: None,
            is_registered: false,
            from: None,
            kept: VecDeque::new(),
        })
    }

    async fn handle_done(&mut self, done: Done, mut here: LinkingHere<'_>) -> Wishes {
        match done {
            Done::Joined(Ok(joined)) => {
                let label = device_label::read();
                match NewDevice::begin(&self.code, &joined.key, label, &mut self.rng) {
                    Ok(core) => {
                        self.core = Some(core);
                        let (number, port) = (self.number, self.port.clone());
                        let meeting = Meeting::new(number, port, self.code.number(), self.seat);
                        self.meeting = Some(meeting);
                    }
                    Err(error) => self.fail(failure_of_core(error)),
                }
            }
            Done::Received(Ok(texts)) => {
                if let Some(core) = &mut self.core {
                    for text in &texts {
                        core.handle_text(text);
                    }
                }
                if let Some(meeting) = &mut self.meeting {
                    meeting.handle_received(texts.len());
                }
            }
            Done::Sent(Ok(())) => {
                if let Some(meeting) = &mut self.meeting {
                    meeting.handle_sent();
                }
            }
            Done::Joined(Err(error)) | Done::Received(Err(error)) | Done::Sent(Err(error)) => {
                self.fail(failure_of(&error));
                self.end_restoring(&mut here);
            }
            Done::Again => self.give(&mut here),
            Done::Session(_) | Done::Opened(_) | Done::Token(_) => {}
        }
        self.settle(here).await
    }

    async fn settle(&mut self, mut here: LinkingHere<'_>) -> Wishes {
        let mut wishes = Wishes::new();
        while let Some(effect) = self.core.as_mut().and_then(NewDevice::poll_effect) {
            match effect {
                NewEffect::Send(text) => {
                    if let Some(meeting) = &mut self.meeting {
                        meeting.send(text);
                    }
                }
                NewEffect::Register { token } => {
                    self.stores.linking.new.set(Some(NewStage::Registering));
                    match self.register(&token, &mut here).await {
                        Ok(registered) => wishes.extend(registered),
                        Err(failure) => {
                            if let Some(core) = &mut self.core {
                                core.end(LinkError::Damaged);
                            }
                            self.fail(failure);
                        }
                    }
                }
                NewEffect::Take(piece) => {
                    if let Some(failed) = self.take(&piece, &mut here).await {
                        wishes.push(failed);
                    }
                }
            }
        }
        self.show(&mut here);
        wishes
    }

    /// Keys are stored before the relay hears of them.
    async fn register(
        &mut self,
        token: &str,
        here: &mut LinkingHere<'_>,
    ) -> Result<Wishes, LinkFailure> {
        let entries = relay::link::log_for_linked(token).await;
        let entries = entries.map_err(|error| failure_of(&error))?;
        let core = self.core.as_mut().ok_or(LinkFailure::Damaged)?;
        self.from = core.linked_by();
        let made = core
            .enrol(entries, &mut self.rng, clock::now())
            .map_err(|_| LinkFailure::Refused)?;
        here.keeper
            .apply_and_forget(made.records, Note::Unanswered)
            .await
            .map_err(|_| LinkFailure::NotLoaded)?;
        match relay::link::add_device(token, &made.request).await {
            Ok(session) => {
                core.registered();
                self.is_registered = true;
                Ok(vec![Wish::UseSession(session), Wish::Enter])
            }
            Err(error) => {
                // Whatever became of it, these keys are given up; a later try makes others.
                here.keeper
                    .clear()
                    .await
                    .map_err(|_| LinkFailure::NotLoaded)?;
                Err(failure_of(&error))
            }
        }
    }

    async fn take(&mut self, piece: &str, here: &mut LinkingHere<'_>) -> Option<Wish> {
        let piece = read_piece(piece, self.from?)?;
        if let Err(error) = here.keeper.apply(piece.changes.clone()).await {
            return Some(Wish::StoreFailed(error));
        }
        self.kept.push_back(piece);
        self.give(here);
        None
    }

    /// Gives the engine what is stored, as far as it can take it now.
    fn give(&mut self, here: &mut LinkingHere<'_>) {
        let Some(engine) = &mut here.engine else {
            return;
        };
        let has_place = |piece: &Piece| engine.has_direct() || !piece.has_direct();
        if self.kept.front().is_some_and(|piece| !has_place(piece)) {
            let (port, number) = (self.port.clone(), self.number);
            task::spawn(async move {
                clock::sleep(PAUSE).await;
                port.put(LinkingInput::Done(number, Done::Again));
            });
            return;
        }
        let now = clock::now();
        if let Some(piece) = self.kept.pop_front() {
            engine.set_restoring(true, now);
            engine.handle_restored(&piece.records, piece.data, now);
        }
        if self.kept.is_empty() {
            return;
        }
        self.give(here);
    }

    fn show(&mut self, here: &mut LinkingHere<'_>) {
        let Some(core) = &self.core else {
            return;
        };
        match core.progress() {
            NewProgress::Comparing { digits } => {
                let comparing = NewStage::Comparing(digits);
                self.stores.linking.new.set(Some(comparing));
            }
            NewProgress::Registering => {}
            NewProgress::Taking { sent, of } => {
                let running = Reading::Running {
                    done: sent,
                    total: of,
                };
                self.stores.vault.reading.set(running);
            }
            NewProgress::Done if !self.kept.is_empty() => {}
            NewProgress::Done => {
                if let Some(meeting) = self.meeting.take() {
                    meeting.end();
                    let said = "Everything from your other device is here.";
                    self.stores.view.notify(said);
                }
                self.end_restoring(here);
            }
            NewProgress::Failed(error) => {
                self.fail(failure_of_core(error));
                self.end_restoring(here);
            }
        }
    }

    /// What did not come is asked of others.
    fn end_restoring(&self, here: &mut LinkingHere<'_>) {
        self.stores.vault.reading.set(Reading::None);
        if let (true, Some(engine)) = (self.is_registered, &mut here.engine) {
            engine.set_restoring(false, clock::now());
        }
    }

    fn fail(&mut self, failure: LinkFailure) {
        self.core = None;
        // A device that is in already gets the rest by asking.
        if !self.is_registered {
            let failed = NewStage::Failed(failure);
            self.stores.linking.new.set(Some(failed));
        }
    }
}

impl Running for NewSide {
    fn number(&self) -> u64 {
        self.number
    }

    fn decide(&mut self, _: bool, _: LinkingHere<'_>) {}

    fn handle<'a>(&'a mut self, done: Done, here: LinkingHere<'a>) -> Pending<'a, Wishes> {
        Box::pin(self.handle_done(done, here))
    }

    fn close(&mut self) -> bool {
        if self.is_registered {
            return false;
        }
        if let Some(core) = &mut self.core {
            core.end(LinkError::Ended);
            while let Some(effect) = core.poll_effect() {
                if let (NewEffect::Send(text), Some(meeting)) = (effect, &mut self.meeting) {
                    meeting.send(text);
                }
            }
        }
        true
    }
}
