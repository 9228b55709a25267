//! What the connection doctor looks at, and what it found. The driver writes it.

use leptos::prelude::*;

/// What is looked at, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Matter {
    /// Whether the browser lends a page like this one a microphone, and can do calls.
    Page,
    Microphone,
    Devices,
    /// The way to the relay.
    Relay,
    /// Finding out one's own address.
    Stun,
    TurnUdp,
    TurnTcp,
    TurnTls,
    /// How quick the way through the relay is, and how much is lost.
    Way,
    /// What others in a call see of this device.
    Addresses,
}

impl Matter {
    pub const ALL: [Self; 10] = [
        Self::Page,
        Self::Microphone,
        Self::Devices,
        Self::Relay,
        Self::Stun,
        Self::TurnUdp,
        Self::TurnTcp,
        Self::TurnTls,
        Self::Way,
        Self::Addresses,
    ];
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Good,
    /// Cannot be told from here, or need not be.
    Unknown,
    /// Works, but could be better.
    Note,
    Bad,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    pub verdict: Verdict,
    pub text: String,
    /// The one thing to do about it.
    pub to_do: Option<String>,
    /// What the report says in place of the text, which is for the person's own eyes.
    pub reported: Option<String>,
}

/// One look at everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// What was found so far. What is not here is still being looked at.
    pub found: Vec<(Matter, Finding)>,
    pub is_over: bool,
    /// It could not begin.
    pub problem: Option<&'static str>,
    /// To copy for somebody who helps. Without addresses and secrets.
    pub report: String,
}

impl Run {
    /// What was found of one matter.
    pub fn of(&self, matter: Matter) -> Option<&Finding> {
        let found = self.found.iter().find(|(of, _)| *of == matter);
        found.map(|(_, finding)| finding)
    }
}

/// What the connection doctor found.
#[derive(Clone, Copy)]
pub struct DoctorStore {
    pub run: RwSignal<Option<Run>>,
}

impl DoctorStore {
    /// Nothing was looked at.
    pub fn new() -> Self {
        Self {
            run: RwSignal::new(None),
        }
    }
}

/// What a person asks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoctorIntent {
    /// Look at everything, from the beginning.
    Look,
    /// It is not on the screen any more.
    Stop,
}
