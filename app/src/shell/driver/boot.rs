//! From an opened page to the right screen: is this the only tab, is there a device here, and if not, what does the
//! address ask for.

use leptos::prelude::Set;
use parley_client::engine::{Engine, RestoreError};
use parley_client::enrol;
use parley_protocol::auth::CommunityName;
use parley_protocol::invite::InviteLink;

use super::coordinator::Driver;
use super::inbox::Input;
use crate::alerts::store::Alert;
use crate::driver::keeper::{Keeper, Loaded, Note};
use crate::driver::relay;
use crate::enrolment::driver::{Unanswered, problem};
use crate::enrolment::store::{LinkProblem, Lost, Phase, WayOn};
use crate::platform::clock::Timer;
use crate::platform::http::HttpError;
use crate::platform::store::StoreError;
use crate::platform::{clock, footprint, location, locks, random};

const LOCK: &str = "parley-device";
/// An unreachable relay is asked again after this, in milliseconds.
const RETRY: u64 = 3_000;

/// Said where nothing but beginning anew helps, with what is kept where.
const DAMAGED: &str = "What this browser kept was damaged, and its keys with it. Your account, the members and channels are safe: sign in with your name and password, and this browser begins anew. Messages come back from your other devices and the other members. Only what you had typed here and not sent is lost.";

/// Somebody without a device here, and what the address lets them do.
#[derive(Default)]
pub enum Visit {
    /// Not known yet, or there is a device.
    #[default]
    None,
    /// The relay did not answer; it is asked again.
    Waiting,
    /// Makes the community.
    SetUp {
        /// From the link.
        token: String,
    },
    /// Joins it.
    Join {
        /// The invite.
        link: InviteLink,
    },
    /// Signs in.
    SignIn(CommunityName),
}

impl Driver {
    pub async fn boot(&mut self, ask: locks::Ask) {
        if !location::is_secure() {
            return self.fatal(
                "This address is not protected, so the browser lends Parley no keys. Open it with https.",
                "not a secure context",
            );
        }
        // Out of sight at once, whatever comes of it.
        location::read();
        let inbox = self.inbox.clone();
        match locks::request(LOCK, ask, move || inbox.put(Input::LockLost)).await {
            Ok(Some(held)) => self.lock = Some(held),
            Ok(None) => return self.stores.session.phase.set(Phase::OtherTab),
            Err(error) => {
                return self.fatal(
                    "This browser is too old for Parley. Try a newer one.",
                    &error.to_string(),
                );
            }
        }
        match self.open_store().await {
            Ok(loaded) => self.restore(loaded).await,
            Err(error) => self.store_failed(&error),
        }
    }

    async fn open_store(&mut self) -> Result<Loaded, StoreError> {
        let keeper = Keeper::open().await?;
        let loaded = keeper.load().await?;
        self.keeper = Some(keeper);
        Ok(loaded)
    }

    async fn restore(&mut self, mut loaded: Loaded) {
        if let Some(unanswered) = loaded.note::<Unanswered>(Note::Unanswered)
            && !self.ask_again(unanswered).await
        {
            return;
        }
        match self.make_engine(&mut loaded).await {
            Ok(Some(engine)) => {
                // An invite link that a member opens has no use here, and is kept nowhere.
                location::forget_link();
                self.enter(engine, &loaded);
                self.tell_damage(&loaded).await;
            }
            Ok(None) => self.receive_visitor().await,
            Err(error) => self.broken(DAMAGED, &error.to_string()),
        }
    }

    /// What could be read is shown; what could not comes again where it can, and is told.
    async fn tell_damage(&mut self, loaded: &Loaded) {
        if loaded.damaged.is_empty() {
            return;
        }
        self.stores.alerts.add(Alert::StoreDamaged {
            unsent: loaded
                .damaged
                .iter()
                .any(|name| name.starts_with("outbox/")),
            detail: loaded.damaged.join(", "),
        });
        if let Some(keeper) = &self.keeper
            && let Err(error) = keeper.forget_damaged_notes(&loaded.damaged).await
        {
            self.store_failed(&error);
        }
    }

    /// Forgets what this browser kept, whatever state it is in. The account is at the relay, and what was said is with
    /// the others.
    pub async fn begin_anew(&mut self) {
        self.stop();
        self.keeper = None;
        self.unanswered = None;
        footprint::remove();
        let store = match Keeper::destroy().await {
            Ok(()) => Keeper::open().await,
            Err(error) => Err(error),
        };
        match store {
            Ok(keeper) => {
                self.keeper = Some(keeper);
                self.lost = Some(Lost::Damaged);
                self.receive_visitor().await;
            }
            Err(error) => self.store_failed(&error),
        }
    }

    /// With a checkpoint that is of no use, the whole log makes the engine.
    async fn make_engine(&self, loaded: &mut Loaded) -> Result<Option<Engine>, RestoreError> {
        let made = Self::engine_of(loaded);
        if let Err(RestoreError::CheckpointDamaged) = &made
            && let Some(keeper) = &self.keeper
            && let Ok(whole) = keeper.load_whole().await
        {
            *loaded = whole;
            return Self::engine_of(loaded);
        }
        made
    }

    fn engine_of(loaded: &Loaded) -> Result<Option<Engine>, RestoreError> {
        let Ok(seed) = random::bytes() else {
            return Err(RestoreError::KeysMissing);
        };
        Engine::restore(&loaded.records, seed, clock::now())
    }

    /// After an enrolment: the store has everything the engine starts from.
    pub async fn enter_from_store(&mut self) {
        let loaded = match &self.keeper {
            Some(keeper) => keeper.load().await,
            None => return,
        };
        let mut loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => return self.store_failed(&error),
        };
        match self.make_engine(&mut loaded).await {
            Ok(Some(engine)) => {
                location::forget_link();
                self.visit = Visit::None;
                self.enter(engine, &loaded);
            }
            Ok(None) => self.fatal("This browser did not keep your keys.", "the store is empty"),
            Err(error) => self.fatal("This browser did not keep your keys.", &error.to_string()),
        }
    }

    /// Nobody is signed in here: what does the address ask for?
    pub async fn receive_visitor(&mut self) {
        let address = location::read();
        let community = match relay::community().await {
            Ok(community) => community,
            Err(error) => return self.wait_for_relay(&error),
        };
        self.patience = None;
        let phase = match (community, address.path.trim_end_matches('/')) {
            (None, "/setup") if !address.fragment.is_empty() => {
                self.visit = Visit::SetUp {
                    token: address.fragment,
                };
                Phase::SetUp
            }
            (None, _) => Phase::NoCommunity,
            (Some(_), "/setup") => Phase::LinkRefused(LinkProblem::AlreadySetUp),
            (Some(community), "/join") => {
                return self.receive_invited(&address.fragment, community).await;
            }
            (Some(community), _) => {
                let name = community.name.clone();
                self.visit = Visit::SignIn(community);
                Phase::SignIn {
                    community: Some(name),
                    name: None,
                    lost: self.what_was_lost().await,
                }
            }
        };
        self.stores.session.phase.set(phase);
    }

    /// Whether somebody was signed in here: a browser that throws away what a page kept often leaves it the session's
    /// cookie.
    async fn what_was_lost(&self) -> Option<Lost> {
        if self.lost.is_some() {
            return self.lost;
        }
        let was_here = footprint::is_there() || relay::refresh().await.is_ok();
        was_here.then_some(Lost::Cleared)
    }

    async fn receive_invited(&mut self, fragment: &str, community: CommunityName) {
        let phase = self.stores.session.phase;
        let Ok(link) = fragment.parse::<InviteLink>() else {
            return phase.set(Phase::LinkRefused(LinkProblem::Incomplete));
        };
        phase.set(Phase::Join {
            community: None,
            inviter: None,
        });
        let entries = match relay::log_for_invite(&link).await {
            Ok(entries) => entries,
            Err(error) => {
                return match problem::link_of_http(&error) {
                    Some(refused) => phase.set(Phase::LinkRefused(refused)),
                    None => self.wait_for_relay(&error),
                };
            }
        };
        match enrol::inspect_invite(&link, &entries, clock::now()) {
            Ok(view) if view.community == community.id => {
                phase.set(Phase::Join {
                    community: Some(view.community_name),
                    inviter: Some(view.inviter),
                });
                self.visit = Visit::Join { link };
            }
            Ok(_) => phase.set(Phase::LinkRefused(LinkProblem::OtherCommunity)),
            Err(error) => phase.set(Phase::LinkRefused(problem::link_of_enrolment(&error))),
        }
    }

    fn wait_for_relay(&mut self, error: &HttpError) {
        self.fatal(
            "The relay can't be reached. This page tries again by itself.",
            &error.to_string(),
        );
        self.visit = Visit::Waiting;
        let inbox = self.inbox.clone();
        self.patience = Timer::after(RETRY, move || inbox.put(Input::TryAgain));
    }

    /// The relay may be back.
    pub async fn try_again(&mut self) {
        if let Visit::Waiting = self.visit {
            self.visit = Visit::None;
            self.receive_visitor().await;
        }
    }

    pub fn fatal(&mut self, words: &str, detail: &str) {
        self.say_fatal(words, detail, WayOn::Reload);
    }

    /// What this browser kept is of no use any more.
    fn broken(&mut self, words: &str, detail: &str) {
        self.say_fatal(words, detail, WayOn::Anew);
    }

    fn say_fatal(&mut self, words: &str, detail: &str, way_on: WayOn) {
        self.stores.session.step.set(None);
        self.stores.session.phase.set(Phase::Fatal {
            words: words.to_owned(),
            detail: detail.to_owned(),
            way_on,
        });
    }

    fn stop(&mut self) {
        self.link.disconnect();
        self.voice.end();
        self.engine = None;
    }

    /// The store does not do what it must. Going on would risk using a key twice, so the page stops here; what was kept
    /// before is as it was.
    pub fn store_failed(&mut self, error: &StoreError) {
        if *error == StoreError::TakenOver {
            return self.hand_over();
        }
        self.stop();
        let words = match error {
            StoreError::Unavailable(_) => {
                "This browser keeps nothing for Parley. A private window does that; try an ordinary one."
            }
            StoreError::Full => {
                "This device has no room left. Make some, then reload: nothing that was kept is lost."
            }
            StoreError::Unusable(_) => return self.broken(DAMAGED, &error.to_string()),
            StoreError::TakenOver | StoreError::Failed(_) => {
                "This browser could not keep your messages. Reload to try again: nothing that was kept is lost."
            }
        };
        self.fatal(words, &error.to_string());
    }

    pub async fn clear_store(&mut self) {
        if let Some(keeper) = &mut self.keeper
            && let Err(error) = keeper.clear().await
        {
            self.store_failed(&error);
        }
    }
}
