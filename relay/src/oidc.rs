//! Single sign-on: people whom an identity provider of the operator vouches for (OpenID Connect). A provider opens an
//! account, and never a vault.

mod http;
mod provider;
mod trip;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::RedirectUrl;
use parley_protocol::Millis;
use parley_protocol::auth::{Newcomer, ProviderInfo, Ticket};
use parley_protocol::error::ErrorCode;
use sha2::{Digest as _, Sha256};

use crate::auth::once::OnceStore;
use crate::command::AskedBy;
use crate::config::{self, Origin};
use crate::entropy::{Entropy, random};
use crate::storage::credentials::Person;
pub(crate) use http::{HttpClient, HttpError, system_tls};
pub(crate) use provider::ProviderError;
use provider::{Provider, Secrets};
pub(crate) use trip::TRIP;
use trip::{Trip, Trips};

/// Path to which providers send people back; the operator registers it there.
pub(crate) const CALLBACK: &str = "/auth/oidc/callback";
/// From the callback to the page that is loading: seconds, on a slow line minutes.
const ARRIVAL: Millis = 5 * 60 * 1000;
/// Somebody new chooses a name and writes down a recovery key.
pub(crate) const JOINING: Millis = 60 * 60 * 1000;

/// The identity providers, and people who come back from them.
pub(crate) struct Oidc {
    providers: Vec<Provider>,
    trips: Trips,
    arrived: Mutex<OnceStore<Arrival>>,
    joining: Mutex<OnceStore<Arrival>>,
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc").finish_non_exhaustive()
    }
}

/// Somebody whom a provider vouches for, and the browser in which they signed in there.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) person: Person,
    /// The session of a member who links themselves to this person.
    links: Option<AskedBy>,
    browser: [u8; 32],
}

/// What a provider said of somebody, and what their trip was for.
pub(crate) struct Returned {
    person: Person,
    links: Option<AskedBy>,
}

/// A browser that goes to a provider.
pub(crate) struct Departure {
    pub(crate) address: String,
    /// Value of the cookie that it brings back.
    pub(crate) cookie: String,
}

/// A browser that came back.
pub(crate) struct Return {
    pub(crate) ticket: Ticket,
    /// Value of the cookie without which the ticket is worth nothing.
    pub(crate) cookie: String,
    /// The ticket links a member, and signs nobody in.
    pub(crate) is_link: bool,
}

/// Why nobody came back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReturnError {
    /// No cookie, an old one, or one of another trip.
    #[error("the browser did not begin this sign-in, or too long ago")]
    NotBegun,
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// Somebody pressed "cancel", or may not use the application.
    #[error("the provider gave no code")]
    Declined,
}

/// What a provider adds to the address (RFC 6749 section 4.1.2, RFC 9207).
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Answer {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
}

impl Oidc {
    /// The providers of the settings, at a relay with this origin. `key` seals cookies.
    ///
    /// # Errors
    /// [`HttpError`] if a provider needs TLS and the system has no root certificates.
    pub(crate) fn new(
        providers: &[config::Provider],
        origin: &Origin,
        key: &[u8],
    ) -> Result<Self, HttpError> {
        let redirect = RedirectUrl::new(format!("{origin}{CALLBACK}"))
            .map_err(|error| HttpError::Url(error.to_string()))?;
        let is_tls = |provider: &config::Provider| provider.issuer.starts_with("https://");
        let tls = if providers.iter().any(is_tls) {
            Some(HttpClient::with_system_roots()?)
        } else {
            None
        };
        let client = |provider| {
            let tls = tls.clone().filter(|_| is_tls(provider));
            tls.unwrap_or(HttpClient::Loopback)
        };
        let known = providers
            .iter()
            .map(|known| Provider::new(known.clone(), client(known), redirect.clone()));
        Ok(Self {
            providers: known.collect(),
            trips: Trips::new(key),
            arrived: Mutex::new(OnceStore::new(ARRIVAL)),
            joining: Mutex::new(OnceStore::new(JOINING)),
        })
    }

    /// The providers, for the sign-in page.
    pub(crate) fn list(&self) -> Vec<ProviderInfo> {
        let infos = self.providers.iter().map(|provider| ProviderInfo {
            id: provider.config.id.clone(),
            name: provider.config.name.clone(),
        });
        infos.collect()
    }

    /// Sends a browser to a provider, for a session or, if a member's session asks for it, to link them. `None` if
    /// there is no such provider.
    pub(crate) async fn depart(
        &self,
        provider: &str,
        links: Option<AskedBy>,
        secrets: [[u8; 32]; 3],
        now: Millis,
    ) -> Option<Result<Departure, ProviderError>> {
        let provider = self.provider(provider)?;
        let [state, nonce, verifier] = secrets.map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        let trip = Trip {
            provider: provider.config.id.clone(),
            secrets: Secrets {
                state,
                nonce,
                verifier,
            },
            links,
            until: now.saturating_add(TRIP),
        };
        let cookie = self.trips.seal(&trip)?;
        let address = provider.address(&trip.secrets, now).await;
        Some(address.map(|address| Departure { address, cookie }))
    }

    /// Asks the provider about somebody whose browser it sent back. The provider is that of the cookie, whatever the
    /// address says.
    pub(crate) async fn come_back(
        &self,
        cookie: &str,
        answer: Answer,
        now: Millis,
    ) -> Result<Returned, ReturnError> {
        let trip = self.trips.open(cookie, now).ok_or(ReturnError::NotBegun)?;
        let provider = self.provider(&trip.provider).ok_or(ReturnError::NotBegun)?;
        let is_ours = answer.state.as_ref() == Some(&trip.secrets.state);
        if !is_ours || !provider.is_issuer(answer.iss.as_deref(), now).await? {
            return Err(ReturnError::NotBegun);
        }
        let code = answer.code.ok_or(ReturnError::Declined)?;
        Ok(Returned {
            person: provider.person(code, &trip.secrets, now).await?,
            links: trip.links,
        })
    }

    /// A ticket for the page that the browser opens next, and a cookie for the browser itself, so that a ticket that
    /// is sent to somebody else signs nobody in.
    pub(crate) fn arrive(
        &self,
        returned: Returned,
        from: IpAddr,
        entropy: &mut dyn Entropy,
        now: Millis,
    ) -> Result<Return, ErrorCode> {
        let Returned { person, links } = returned;
        let secret: [u8; 32] = random(entropy);
        let cookie = URL_SAFE_NO_PAD.encode(secret);
        let arrival = Arrival {
            person,
            links,
            browser: hash(&cookie),
        };
        let ticket = lock(&self.arrived).put(arrival, from, entropy, now)?;
        Ok(Return {
            ticket,
            cookie,
            is_link: links.is_some(),
        })
    }

    /// Who arrived with a ticket and the cookie of the same browser, to sign in. Uses the ticket up, whatever comes of
    /// it.
    pub(crate) fn arrived(
        &self,
        ticket: &Ticket,
        cookie: &str,
        now: Millis,
    ) -> Result<Arrival, ErrorCode> {
        self.take(ticket, cookie, None, now)
    }

    /// To whom a member is linked by a ticket that the same session began, with the cookie of the same browser. Uses the
    /// ticket up, whatever comes of it.
    pub(crate) fn linked(
        &self,
        ticket: &Ticket,
        cookie: &str,
        by: AskedBy,
        now: Millis,
    ) -> Result<Person, ErrorCode> {
        let arrival = self.take(ticket, cookie, Some(by), now)?;
        Ok(arrival.person)
    }

    fn take(
        &self,
        ticket: &Ticket,
        cookie: &str,
        links: Option<AskedBy>,
        now: Millis,
    ) -> Result<Arrival, ErrorCode> {
        let arrival = lock(&self.arrived).take(ticket, now);
        arrival
            .filter(|arrival| arrival.browser == hash(cookie) && arrival.links == links)
            .ok_or(ErrorCode::TicketExpired)
    }

    /// What somebody new needs to join: the operator's invite for people of their provider, and a ticket.
    pub(crate) fn welcome(
        &self,
        arrival: Arrival,
        from: IpAddr,
        entropy: &mut dyn Entropy,
        now: Millis,
    ) -> Result<Newcomer, ErrorCode> {
        let issuer = &arrival.person.issuer;
        let provider = self.providers.iter();
        let invite = provider
            .filter(|provider| provider.config.issuer == *issuer)
            .find_map(|provider| provider.config.invite.as_ref())
            .ok_or(ErrorCode::NotPermitted)?;
        let (invite, name) = (invite.expose().to_owned(), arrival.person.name.clone());
        let ticket = lock(&self.joining).put(arrival, from, entropy, now)?;
        Ok(Newcomer {
            invite,
            name,
            ticket,
        })
    }

    /// Who joins with a ticket of [`Oidc::welcome`] and the cookie of the same browser. The ticket stays good, for a
    /// registration whose answer was lost; it only ever makes one account.
    pub(crate) fn joins(
        &self,
        ticket: &Ticket,
        cookie: &str,
        now: Millis,
    ) -> Result<Person, ErrorCode> {
        let joining = lock(&self.joining);
        let arrival = joining.look(ticket, now);
        arrival
            .filter(|arrival| arrival.browser == hash(cookie))
            .map(|arrival| arrival.person.clone())
            .ok_or(ErrorCode::TicketExpired)
    }

    /// The issuer of a provider of the settings.
    pub(crate) fn issuer_of(&self, provider: &str) -> Option<&str> {
        let provider = self.provider(provider)?;
        Some(&provider.config.issuer)
    }

    /// Ids of the providers with these issuers.
    pub(crate) fn of_issuers(&self, issuers: &[String]) -> Vec<String> {
        let known = self.providers.iter().map(|provider| &provider.config);
        known
            .filter(|provider| issuers.contains(&provider.issuer))
            .map(|provider| provider.id.clone())
            .collect()
    }

    fn provider(&self, id: &str) -> Option<&Provider> {
        let mut all = self.providers.iter();
        all.find(|provider| provider.config.id == id)
    }
}

fn hash(cookie: &str) -> [u8; 32] {
    Sha256::digest(cookie.as_bytes()).into()
}

fn lock<T>(store: &Mutex<OnceStore<T>>) -> MutexGuard<'_, OnceStore<T>> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::entropy::SeededEntropy;
    use parley_protocol::ids::UserId;

    const FROM: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn oidc() -> Oidc {
        Oidc {
            providers: Vec::new(),
            trips: Trips::new(&[7; 32]),
            arrived: Mutex::new(OnceStore::new(ARRIVAL)),
            joining: Mutex::new(OnceStore::new(JOINING)),
        }
    }

    fn session(user: u8, family: u8) -> AskedBy {
        AskedBy {
            user: UserId::from_bytes([user; 16]),
            family: [family; 16],
        }
    }

    /// Somebody comes back from a trip.
    fn arrive(oidc: &Oidc, links: Option<AskedBy>, entropy: &mut SeededEntropy) -> Return {
        let person = Person {
            issuer: "https://id.example".to_owned(),
            subject: "cleo".to_owned(),
            name: "cleo".to_owned(),
        };
        oidc.arrive(Returned { person, links }, FROM, entropy, 0)
            .unwrap()
    }

    /// Mallory signs in at the provider as herself, or has Ada do so, and carries the ticket to another session.
    #[test]
    fn a_ticket_links_nobody_but_who_began_the_trip() {
        let (oidc, entropy) = (oidc(), &mut SeededEntropy::new(1));
        let (mine, other_session, other_member) = (session(1, 1), session(1, 2), session(2, 3));
        for by in [other_session, other_member] {
            let there = arrive(&oidc, Some(mine), entropy);
            assert!(there.is_link);
            let linked = oidc.linked(&there.ticket, &there.cookie, by, 0);
            assert_eq!(linked.unwrap_err(), ErrorCode::TicketExpired);
        }
        let there = arrive(&oidc, Some(mine), entropy);
        let linked = oidc.linked(&there.ticket, "another browser's", mine, 0);
        assert_eq!(linked.unwrap_err(), ErrorCode::TicketExpired);

        let there = arrive(&oidc, Some(mine), entropy);
        let linked = oidc.linked(&there.ticket, &there.cookie, mine, 0);
        assert_eq!(linked.unwrap().subject, "cleo");
        let again = oidc.linked(&there.ticket, &there.cookie, mine, 0);
        assert_eq!(again.unwrap_err(), ErrorCode::TicketExpired);
    }

    /// A page of Mallory's can lead Ada's browser to a provider, but only for signing in.
    #[test]
    fn a_ticket_for_one_thing_is_none_for_the_other() {
        let (oidc, entropy) = (oidc(), &mut SeededEntropy::new(2));
        let to_sign_in = arrive(&oidc, None, entropy);
        assert!(!to_sign_in.is_link);
        let linked = oidc.linked(&to_sign_in.ticket, &to_sign_in.cookie, session(1, 1), 0);
        assert_eq!(linked.unwrap_err(), ErrorCode::TicketExpired);
        let to_link = arrive(&oidc, Some(session(1, 1)), entropy);
        let signed_in = oidc.arrived(&to_link.ticket, &to_link.cookie, 0);
        assert_eq!(signed_in.unwrap_err(), ErrorCode::TicketExpired);
    }
}
