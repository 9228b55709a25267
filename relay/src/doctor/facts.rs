//! What is known when findings are made. Plain values: gathering them is elsewhere.

use std::net::SocketAddr;

use crate::config::{Origin, Settings};

/// What the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) listen: SocketAddr,
    pub(crate) origin: Option<Origin>,
    pub(crate) behind_proxy: bool,
    pub(crate) turn_listen: Option<SocketAddr>,
    pub(crate) turn_public: Option<String>,
}

impl Told {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            listen: settings.listen,
            origin: settings.public_url.clone(),
            behind_proxy: settings.behind_proxy,
            turn_listen: settings.turn_listen,
            turn_public: settings.turn_public_address.clone(),
        }
    }
}

/// Everything that the findings are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) told: Told,
}
