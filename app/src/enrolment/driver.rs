//! How a person gets a device here: by making the community, by joining it, or by signing in. This is the door; what it
//! leads to (`visitor`) is a chunk, which a browser with a device does not need.

mod enrolling;
mod visitor;

use leptos::prelude::{GetUntracked, Set};
use parley_client::Engine;

use self::enrolling::Enrolling;
use self::visitor::Visitor;
use super::store::{
    FormProblem, GuestPage, Lost, Phase, Secret, SessionIntent, SessionStore, Visit,
};
use crate::chunk::{LoadError, chunk};
use crate::driver::keeper::{Keeper, Loaded};
use crate::driver::port::Port;
use crate::driver::wish::{Wish, Wishes};
use crate::platform::version;

/// Said where the chunk is missing.
const NOT_LOADED: &str =
    "The rest of Parley could not be loaded. Check your connection, then try again.";
const OUTDATED: &str = "There is a new version of Parley, and this page is too old to go on.";
const DETAIL: &str = "the chunk enrolment_driver";

/// It is time to ask the relay again.
pub struct TryAgain;

type Begin = fn(SessionStore, Port<TryAgain>, Option<Lost>) -> Box<dyn Enrolling>;

chunk!(enrolment_driver: fn load() -> Begin = begin);

fn begin() -> Begin {
    |session, port, lost| Box::new(Visitor::new(session, port, lost))
}

/// What the address says of a trip to an identity provider.
enum Returned {
    /// A ticket for a session.
    ToSignIn(Secret),
    /// A ticket that links the member, or the reason why there is none.
    ToLink(Result<Secret, String>),
}

/// The door to somebody's way to a device here.
pub struct Enrolment {
    session: SessionStore,
    port: Port<TryAgain>,
    visitor: Option<Box<dyn Enrolling>>,
    /// Why a browser that had keys has none, if that is known.
    lost: Option<Lost>,
    /// With what an identity provider sent the page back.
    returned: Option<Returned>,
}

impl Enrolment {
    pub fn new(session: SessionStore, port: Port<TryAgain>) -> Self {
        Self {
            session,
            port,
            visitor: None,
            lost: None,
            returned: None,
        }
    }

    /// An identity provider may have sent the page back here: of interest to a device whose session had ended, and to a
    /// member who links themselves there.
    pub fn remember_return(&mut self, fragment: &str) {
        self.returned = fragment.split_once('=').and_then(|(what, value)| {
            let value = value.to_owned();
            match what {
                "oidc" => Some(Returned::ToSignIn(Secret::new(value))),
                "oidc-link" => Some(Returned::ToLink(Ok(Secret::new(value)))),
                "oidc-problem" => Some(Returned::ToLink(Err(value))),
                _ => None,
            }
        });
    }

    /// Of a member who is signed in: what became of linking themselves.
    pub fn after_linking(&mut self) -> Option<Result<Secret, String>> {
        match self.returned.take() {
            Some(Returned::ToLink(came_back)) => Some(came_back),
            other => {
                self.returned = other;
                None
            }
        }
    }

    /// What comes next for a device whose session has ended.
    pub fn after_return(&mut self) -> SessionIntent {
        match self.returned.take() {
            Some(Returned::ToSignIn(ticket)) => SessionIntent::CameBack { ticket },
            Some(Returned::ToLink(_)) | None => SessionIntent::LookForWays,
        }
    }

    /// Keys go into the keeper. An engine is there when only its session has ended.
    pub async fn handle_intent(
        &mut self,
        intent: SessionIntent,
        keeper: &mut Keeper,
        engine: Option<&mut Engine>,
    ) -> Wishes {
        if let Ok(visitor) = self.visitor().await {
            return visitor.handle_intent(intent, keeper, engine).await;
        }
        let problem = if version::is_outdated().await {
            FormProblem::Outdated
        } else {
            FormProblem::Other {
                text: NOT_LOADED.to_owned(),
                detail: DETAIL.to_owned(),
            }
        };
        self.session.problem.set(Some(problem));
        self.session.step.set(None);
        Wishes::new()
    }

    /// The page was closed before the relay answered a registration. Whether to go on with what the store holds.
    pub async fn ask_again(&mut self, loaded: &Loaded, keeper: &mut Keeper) -> (bool, Wishes) {
        match self.visitor().await {
            Ok(visitor) => visitor.ask_again(loaded, keeper).await,
            Err(LoadError) => (false, not_loaded().await),
        }
    }

    /// Shows the page for what the address asks for.
    pub async fn receive_visitor(&mut self) -> Wishes {
        match self.visitor().await {
            Ok(visitor) => visitor.receive().await,
            Err(LoadError) => not_loaded().await,
        }
    }

    /// The relay may be back.
    pub async fn try_again(&mut self) -> Wishes {
        match &mut self.visitor {
            Some(visitor) => visitor.try_again().await,
            None => Wishes::new(),
        }
    }

    /// A device is here. `as_guest`: what it may do, if it is a guest's.
    pub fn enter(&mut self, as_guest: Option<Visit>) {
        self.visitor = None;
        self.lost = None;
        self.session.step.set(None);
        self.session.problem.set(None);
        let phase = self.session.phase.get_untracked();
        self.session.phase.set(match (as_guest, phase) {
            (Some(visit), _) | (None, Phase::Guest(GuestPage::Form(visit))) => {
                Phase::Guest(GuestPage::Call(visit))
            }
            (None, _) => Phase::Ready,
        });
    }

    /// What this browser kept was damaged, and is forgotten.
    pub fn begin_anew(&mut self) {
        self.visitor = None;
        self.lost = Some(Lost::Damaged);
    }

    async fn visitor(&mut self) -> Result<&mut Box<dyn Enrolling>, LoadError> {
        let visitor = match self.visitor.take() {
            Some(visitor) => visitor,
            None => load().await?(self.session, self.port.clone(), self.lost),
        };
        Ok(self.visitor.insert(visitor))
    }
}

/// The page stops, and its way on is to load it anew.
async fn not_loaded() -> Wishes {
    let is_outdated = version::is_outdated().await;
    let text = if is_outdated { OUTDATED } else { NOT_LOADED };
    vec![Wish::Stop {
        text: text.to_owned(),
        detail: DETAIL.to_owned(),
    }]
}
