//! Perfect negotiation (W3C WebRTC 1.0, section 10.7) over signals that may be lost, doubled or late.
//!
//! One browser operation is under way at a time, so that the signalling state is always known here. The
//! specification's `makingOffer` is [`State::MakingOffer`], `isSettingRemoteAnswerPending` is
//! [`State::SettingAnswer`], `ignoreOffer` is [`Ignored::Collision`].
//!
//! Each offer has a number and names its base, the last negotiation that its sender has completed. That
//! tells a fresh offer from one that was rolled back or overtaken long ago.

mod step;

use parley_protocol::Millis;

use super::candidates::DescriptionKey;
use super::ignored::Ignored;
use super::signal::{Description, DescriptionKind, Sdp};
use super::timing;
use step::State;
pub(super) use step::{Openness, Step};

/// What the two browsers agree on, seen from one side.
#[derive(Debug)]
pub(super) struct Negotiation {
    is_polite: bool,
    state: State,
    /// The highest number seen in either direction.
    highest: u32,
    /// The last completed negotiation.
    completed: u32,
    /// The answer that completed it, if it was given here.
    answer: Option<Sdp>,
    /// An offer that cannot be judged before the present step ends.
    waiting: Option<Description>,
    /// The browser wants a negotiation as soon as this one ends.
    is_needed: bool,
}

impl Negotiation {
    pub(super) fn new(is_polite: bool) -> Self {
        Self {
            is_polite,
            state: State::Stable,
            highest: 0,
            completed: 0,
            answer: None,
            waiting: None,
            is_needed: false,
        }
    }

    /// Whether a negotiation was ever completed.
    pub(super) fn has_completed(&self) -> bool {
        self.completed > 0
    }

    pub(super) fn openness(&self) -> Openness {
        match self.state {
            State::Stable => Openness::Stable,
            State::HaveLocalOffer { sends, .. } => Openness::Offering { sends },
            State::Broken => Openness::Broken,
            State::MakingOffer { since, .. }
            | State::SettingAnswer { since, .. }
            | State::SettingOffer { since, .. }
            | State::MakingAnswer { since, .. } => Openness::Busy { since },
        }
    }

    /// Makes an offer now, or after what is under way.
    pub(super) fn offer(&mut self, now: Millis) -> Vec<Step> {
        match self.state {
            State::Stable => {
                self.is_needed = false;
                self.highest = self.highest.saturating_add(1);
                self.state = State::MakingOffer {
                    number: self.highest,
                    since: now,
                };
                vec![Step::SetLocal(DescriptionKind::Offer)]
            }
            // The event may have been on its way while the browser became stable.
            State::SettingAnswer { .. } | State::MakingAnswer { .. } => {
                self.is_needed = true;
                Vec::new()
            }
            // The browser asks again once it is stable, if it still needs to.
            State::MakingOffer { .. }
            | State::HaveLocalOffer { .. }
            | State::SettingOffer { .. }
            | State::Broken => Vec::new(),
        }
    }

    /// A description from the other side.
    pub(super) fn handle_description(
        &mut self,
        description: Description,
        now: Millis,
    ) -> Vec<Step> {
        self.highest = self.highest.max(description.negotiation);
        match description.kind {
            DescriptionKind::Offer => self.handle_offer(description, now),
            DescriptionKind::Answer => self.handle_answer(description, now),
        }
    }

    fn handle_offer(&mut self, offer: Description, now: Millis) -> Vec<Step> {
        if matches!(self.state, State::Broken) {
            return vec![Step::Ignore(Ignored::Broken)];
        }
        if offer.negotiation == self.completed
            && let Some(sdp) = &self.answer
        {
            let description = self.describe(DescriptionKind::Answer, self.completed, sdp.clone());
            return vec![Step::Send {
                description,
                again: true,
            }];
        }
        match &self.state {
            State::SettingOffer { number, .. } | State::MakingAnswer { number, .. } => {
                if offer.negotiation == *number {
                    return vec![Step::Ignore(Ignored::RepeatedOffer)];
                }
                self.waiting = Some(offer);
                Vec::new()
            }
            State::SettingAnswer { .. } => {
                self.waiting = Some(offer);
                Vec::new()
            }
            State::HaveLocalOffer { number, .. } if offer.base == *number => {
                // The other side has answered: the answer is late or lost. This offer is next after it.
                self.waiting = Some(offer);
                self.send_offer_again(now)
            }
            State::Stable
            | State::MakingOffer { .. }
            | State::HaveLocalOffer { .. }
            | State::Broken => self.judge_offer(offer, now),
        }
    }

    fn judge_offer(&mut self, offer: Description, now: Millis) -> Vec<Step> {
        if offer.base < self.completed || offer.negotiation <= self.completed {
            return vec![Step::Ignore(Ignored::StaleOffer)];
        }
        if offer.base > self.completed {
            return vec![Step::Ignore(Ignored::UnknownBase)];
        }
        match (&self.state, self.is_polite) {
            (State::MakingOffer { .. } | State::HaveLocalOffer { .. }, false) => self.insist(now),
            (State::MakingOffer { .. }, true) => {
                self.waiting = Some(offer);
                Vec::new()
            }
            (State::HaveLocalOffer { .. }, true) => {
                let mut steps = vec![Step::RolledBack];
                steps.extend(self.take_offer(offer, now));
                steps
            }
            (
                State::Stable
                | State::SettingAnswer { .. }
                | State::SettingOffer { .. }
                | State::MakingAnswer { .. }
                | State::Broken,
                _,
            ) => self.take_offer(offer, now),
        }
    }

    fn take_offer(&mut self, offer: Description, now: Millis) -> Vec<Step> {
        self.state = State::SettingOffer {
            number: offer.negotiation,
            since: now,
        };
        vec![Step::SetRemote(DescriptionKind::Offer, offer.sdp)]
    }

    fn handle_answer(&mut self, answer: Description, now: Millis) -> Vec<Step> {
        match self.state {
            State::HaveLocalOffer { number, .. } if number == answer.negotiation => {
                self.state = State::SettingAnswer { number, since: now };
                vec![Step::SetRemote(DescriptionKind::Answer, answer.sdp)]
            }
            State::Stable
            | State::MakingOffer { .. }
            | State::HaveLocalOffer { .. }
            | State::SettingAnswer { .. }
            | State::SettingOffer { .. }
            | State::MakingAnswer { .. }
            | State::Broken => vec![Step::Ignore(Ignored::LateAnswer)],
        }
    }

    /// The browser has made a description.
    pub(super) fn handle_local(
        &mut self,
        kind: DescriptionKind,
        sdp: Sdp,
        now: Millis,
    ) -> Vec<Step> {
        match (&self.state, kind) {
            (State::MakingOffer { number, .. }, DescriptionKind::Offer) => {
                let number = *number;
                if let Some(offer) = self.waiting.take() {
                    // Polite: the other side never hears of this offer.
                    let mut steps = vec![Step::RolledBack];
                    steps.extend(self.take_offer(offer, now));
                    return steps;
                }
                let description = self.describe(DescriptionKind::Offer, number, sdp.clone());
                self.state = State::HaveLocalOffer {
                    number,
                    sdp,
                    sends: 1,
                    sent_at: now,
                };
                vec![Step::Send {
                    description,
                    again: false,
                }]
            }
            (State::MakingAnswer { number, .. }, DescriptionKind::Answer) => {
                let number = *number;
                self.answer = Some(sdp.clone());
                let description = self.describe(DescriptionKind::Answer, number, sdp);
                let mut steps = vec![Step::Send {
                    description,
                    again: false,
                }];
                steps.extend(self.complete(number, now));
                steps
            }
            (
                State::Stable
                | State::MakingOffer { .. }
                | State::HaveLocalOffer { .. }
                | State::SettingAnswer { .. }
                | State::SettingOffer { .. }
                | State::MakingAnswer { .. }
                | State::Broken,
                _,
            ) => vec![Step::Ignore(Ignored::UnexpectedEvent)],
        }
    }

    /// The browser has taken the remote description.
    pub(super) fn handle_remote_set(&mut self, now: Millis) -> Vec<Step> {
        match self.state {
            State::SettingOffer { number, .. } => {
                self.state = State::MakingAnswer { number, since: now };
                let key = DescriptionKey {
                    negotiation: number,
                    kind: DescriptionKind::Offer,
                };
                vec![Step::Applied(key), Step::SetLocal(DescriptionKind::Answer)]
            }
            State::SettingAnswer { number, .. } => {
                self.answer = None;
                let key = DescriptionKey {
                    negotiation: number,
                    kind: DescriptionKind::Answer,
                };
                let mut steps = vec![Step::Applied(key)];
                steps.extend(self.complete(number, now));
                steps
            }
            State::Stable
            | State::MakingOffer { .. }
            | State::HaveLocalOffer { .. }
            | State::MakingAnswer { .. }
            | State::Broken => vec![Step::Ignore(Ignored::UnexpectedEvent)],
        }
    }

    /// The browser did not take a description.
    pub(super) fn handle_failed(&mut self) {
        self.state = State::Broken;
    }

    fn complete(&mut self, number: u32, now: Millis) -> Vec<Step> {
        self.state = State::Stable;
        self.completed = number;
        let mut steps = vec![Step::Completed];
        if let Some(offer) = self.waiting.take() {
            steps.extend(self.handle_offer(offer, now));
        }
        if self.is_needed {
            steps.extend(self.offer(now));
        }
        steps
    }

    /// When an open offer is sent again.
    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            State::HaveLocalOffer { sends, sent_at, .. } => {
                Some(sent_at.saturating_add(timing::offer_again(sends)))
            }
            State::Stable
            | State::MakingOffer { .. }
            | State::SettingAnswer { .. }
            | State::SettingOffer { .. }
            | State::MakingAnswer { .. }
            | State::Broken => None,
        }
    }

    /// Sends an open offer again.
    pub(super) fn send_offer_again(&mut self, now: Millis) -> Vec<Step> {
        let State::HaveLocalOffer {
            number,
            sdp,
            sends,
            sent_at,
        } = &mut self.state
        else {
            return Vec::new();
        };
        *sends = sends.saturating_add(1);
        *sent_at = now;
        let (number, sdp) = (*number, sdp.clone());
        let description = self.describe(DescriptionKind::Offer, number, sdp);
        vec![Step::Send {
            description,
            again: true,
        }]
    }

    /// The other side still offers, so it has not heard this side's offer: unless that is just on its way, it goes
    /// again.
    fn insist(&mut self, now: Millis) -> Vec<Step> {
        let mut steps = vec![Step::Ignore(Ignored::Collision)];
        if let State::HaveLocalOffer { sent_at, .. } = self.state
            && sent_at.saturating_add(timing::INSIST) <= now
        {
            steps.extend(self.send_offer_again(now));
        }
        steps
    }

    fn describe(&self, kind: DescriptionKind, negotiation: u32, sdp: Sdp) -> Description {
        Description {
            kind,
            negotiation,
            base: self.completed,
            sdp,
        }
    }
}
