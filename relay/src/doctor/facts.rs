//! What is known when findings are made. Plain values: gathering them is elsewhere.

use std::net::{IpAddr, SocketAddr};

use parley_protocol::Millis;

use super::address::Reach;
use super::firewall::Firewall;
use super::port::Protocol;
use crate::config::{Origin, Settings};

/// What the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) listen: SocketAddr,
    pub(crate) origin: Option<Origin>,
    pub(crate) behind_proxy: bool,
    pub(crate) turn_listen: Option<SocketAddr>,
    pub(crate) turn_public: Option<String>,
    /// TURN goes over TLS as well, through the port of the page: where UDP does not get through, that does, and TCP at
    /// TURN's own port may stay closed.
    pub(crate) turn_by_tls: bool,
}

impl Told {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            listen: settings.listen,
            origin: settings.public_url.clone(),
            behind_proxy: !settings.proxies.is_empty(),
            turn_listen: settings.turn_listen,
            turn_public: settings.turn_public_address.clone(),
            turn_by_tls: settings.tls.is_on(),
        }
    }

    /// The public name, unless it is this machine's own or an address.
    pub(crate) fn name(&self) -> Option<&str> {
        let origin = self
            .origin
            .as_ref()
            .filter(|origin| !origin.is_loopback())?;
        let host = origin.host();
        let is_address = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
        (!is_address).then_some(host)
    }

    /// The port that browsers open, which is the proxy's if there is one.
    pub(crate) fn web_port(&self) -> u16 {
        let public = self.origin.as_ref().map(Origin::port);
        public.unwrap_or_else(|| self.listen.port())
    }

    /// Host and port of STUN and TURN, as browsers know them.
    pub(crate) fn turn(&self) -> Option<(String, u16)> {
        let listen = self.turn_listen?;
        let host = self.origin.as_ref().map(|origin| origin.host().to_owned());
        let public = self.turn_public.clone().or(host)?;
        let split = public
            .rsplit_once(':')
            .filter(|(name, _)| !name.ends_with(':'));
        match split.and_then(|(name, port)| Some((name.to_owned(), port.parse().ok()?))) {
            Some(found) => Some(found),
            None => Some((public, listen.port())),
        }
    }
}

/// To where the public name leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dns {
    /// There is no name to ask for.
    NoName,
    LeadsTo(Vec<IpAddr>),
    Unknown,
}

/// What comes of opening the public address from this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Web {
    /// There is no public address.
    NotTried,
    /// The relay's own answer. `expires_at`: of the certificate, if there is one. `held_back`: something in front
    /// keeps requests or answers until they are whole.
    Answers {
        expires_at: Option<Millis>,
        held_back: bool,
    },
    /// Something answers, but not this program.
    NotParley,
    /// No connection.
    Closed,
    Certificate(Fault),
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Expired,
    NotYetValid,
    OtherName,
    /// Made by somebody whom this machine does not trust.
    UnknownIssuer,
    /// No TLS, or of a kind that browsers do not speak.
    NoTls,
}

/// Whether STUN or TURN answers this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    NotTried,
    Yes,
    No,
}

/// Everything that the findings are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) told: Told,
    pub(crate) now: Millis,
    pub(crate) dns: Dns,
    /// Addresses of this machine.
    pub(crate) own: Vec<IpAddr>,
    /// The address by which the router at home is known outside, if it says so.
    pub(crate) router: Option<IpAddr>,
    /// Whether the relay answers at its own listen address.
    pub(crate) local_web: Answer,
    pub(crate) web: Web,
    /// STUN over UDP and TURN over TCP at the listen address, and the same at the public one.
    pub(crate) local_udp: Answer,
    pub(crate) local_tcp: Answer,
    pub(crate) udp: Answer,
    pub(crate) tcp: Answer,
    pub(crate) firewall: Firewall,
    /// Whether something keeps the clock right. `None`: cannot be told.
    pub(crate) clock_is_kept: Option<bool>,
    pub(crate) disk_free: Option<u64>,
    /// Whether somebody came from outside since the relay started. `None`: not asked of a running relay.
    pub(crate) reached: Option<bool>,
}

impl Facts {
    /// Addresses of this machine that everybody reaches.
    pub(crate) fn public(&self) -> impl Iterator<Item = IpAddr> {
        self.own_by(Reach::Public)
    }

    pub(crate) fn own_by(&self, reach: Reach) -> impl Iterator<Item = IpAddr> {
        let own = self.own.iter().copied();
        own.filter(move |address| Reach::of(*address) == reach)
    }

    /// The address in the home network to which a router passes things on.
    pub(crate) fn private(&self) -> Option<IpAddr> {
        self.own_by(Reach::Private).find(IpAddr::is_ipv4)
    }

    /// Whether a router stands between this machine and the world, as far as IPv4 goes.
    pub(crate) fn is_behind_router(&self) -> bool {
        !self.public().any(|address| address.is_ipv4())
    }

    /// The ports that must be open, as people write them.
    pub(crate) fn ports(&self) -> Vec<(Protocol, u16)> {
        let mut ports = vec![(Protocol::Tcp, self.told.web_port())];
        if let Some(listen) = self.told.turn_listen {
            ports.push((Protocol::Udp, listen.port()));
            if !self.told.turn_by_tls {
                ports.push((Protocol::Tcp, listen.port()));
            }
        }
        ports.dedup();
        ports
    }
}
