//! Rate limits per address and per invite for requests that cost a write or a large read.

use std::net::IpAddr;

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::InviteId;

use crate::auth::rate_limit::{AddressLimit, RateLimit};
use crate::config::Settings;

/// Multiple of an address's rate of log pages that one invite gets: many people use one link, each from their own
/// address.
const INVITE_FACTOR: u32 = 20;

pub(super) struct Limits {
    sessions: AddressLimit,
    links: AddressLimit,
    log_pages: AddressLimit,
    log_pages_by_invite: RateLimit<InviteId>,
}

impl Limits {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            sessions: AddressLimit::new(settings.session_rate),
            links: AddressLimit::new(settings.session_rate),
            log_pages: AddressLimit::new(settings.log_rate),
            log_pages_by_invite: RateLimit::new(settings.log_rate.times(INVITE_FACTOR)),
        }
    }

    /// Takes a page of the log from the address.
    pub(super) fn log(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.log_pages.take(from, now)
    }

    /// Takes a page of the log from the invite.
    pub(super) fn invite(&mut self, invite: InviteId, now: Millis) -> Result<(), ErrorCode> {
        self.log_pages_by_invite.take(invite, now)
    }

    /// Takes a try to open or to join a meeting of two devices.
    pub(super) fn link(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.links.take(from, now)
    }

    /// Takes a session request, which costs a write: refresh, logout, new device.
    pub(super) fn session(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        self.sessions.take(from, now)
    }
}
