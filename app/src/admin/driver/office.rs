//! Asks the relay for what the pages show, and puts it there. Each part is asked for by itself and fails by itself.

mod access;
mod deeds;
mod show;
mod witness;

use std::future::Future;

use leptos::prelude::Update;
use parley_protocol::admin::{EndMemberSessionsRequest, SessionPlace};
use parley_protocol::ids::UserId;

use self::access::Access;
use super::administering::{AdminInput, Administering, Done, Here};
use crate::admin::store::{AdminIntent, Members, Page, Part, Sessions, Shown};
use crate::driver::port::Port;
use crate::driver::relay::admin as relay;
use crate::driver::wish::{Wish, Wishes};
use crate::ids;
use crate::platform::http::HttpError;
use crate::platform::{location, task};
use crate::stores::Stores;

/// Everything behind the pages.
pub(super) struct Office {
    stores: Stores,
    port: Port<AdminInput>,
    members: Listing<u64>,
    wanted: String,
    sessions: Listing<SessionPlace>,
}

/// How far a list with pages was read.
struct Listing<P> {
    /// Questions so far.
    asked: u32,
    next: Option<P>,
    /// The answer goes below what is shown.
    goes_on: bool,
}

impl<P> Listing<P> {
    const fn new() -> Self {
        Self {
            asked: 0,
            next: None,
            goes_on: false,
        }
    }

    fn begin(&mut self, goes_on: bool) -> u32 {
        self.asked = self.asked.wrapping_add(1);
        self.goes_on = goes_on;
        self.asked
    }
}

impl Office {
    pub(super) fn new(stores: Stores, port: Port<AdminInput>) -> Self {
        Self {
            stores,
            port,
            members: Listing::new(),
            wanted: String::new(),
            sessions: Listing::new(),
        }
    }
}

impl Administering for Office {
    fn handle_intent(&mut self, intent: AdminIntent, here: Here<'_>) {
        let access = Access::new(here.token, &self.port);
        match intent {
            AdminIntent::Look(page) => self.look(page, &access),
            AdminIntent::FindMembers(wanted) => {
                wanted.trim().clone_into(&mut self.wanted);
                self.ask_members(None, &access);
            }
            AdminIntent::MoreMembers => {
                let next = self.members.next;
                self.ask_members(next, &access);
            }
            AdminIntent::MoreSessions => {
                let next = self.sessions.next;
                self.ask_sessions(next, &access);
            }
            AdminIntent::EndSession { user, device, name } => {
                self.end(&user, device.as_ref(), name, access);
            }
        }
    }

    fn handle(&mut self, input: AdminInput, here: Here<'_>) -> Wishes {
        let done = match input {
            AdminInput::Done(done) => done,
            AdminInput::ReadLog => {
                let deeds = deeds::read(&here.log, here.engine.community());
                self.show(|shown| shown.deeds = Part::Here(deeds));
                return Wishes::new();
            }
            AdminInput::Loaded(_) => return Wishes::new(),
        };
        match done {
            Done::Session(session) => return vec![Wish::UseSession(session)],
            Done::Health(answer) => {
                let part = show::part(answer, show::overview);
                self.show(|shown| shown.overview = part);
            }
            Done::Findings(answer) => {
                let part = show::part(answer, |report| show::findings(report.findings));
                self.show(|shown| shown.findings = part);
            }
            Done::Witnessed(findings) => {
                self.show(|shown| shown.witnessed = Part::Here(findings));
            }
            Done::Members { asked, page } if asked == self.members.asked => {
                self.members.next = page.as_ref().ok().and_then(|page| page.next);
                let goes_on = self.members.goes_on;
                let part = show::part(page, show::members);
                self.show(|shown| shown.members = longer_members(&shown.members, part, goes_on));
            }
            Done::Sessions { asked, page } if asked == self.sessions.asked => {
                self.sessions.next = page.as_ref().ok().and_then(|page| page.next);
                let goes_on = self.sessions.goes_on;
                let part = show::part(page, show::sessions);
                self.show(|shown| shown.sessions = longer_sessions(&shown.sessions, part, goes_on));
            }
            Done::Members { .. } | Done::Sessions { .. } => {}
            Done::Storage(answer) => {
                let part = show::part(answer, show::storage);
                self.show(|shown| shown.storage = part);
            }
            Done::Traffic(answer) => {
                let part = show::part(answer, show::traffic);
                self.show(|shown| shown.traffic = part);
            }
            Done::Ended { name, answer } => {
                match answer {
                    Ok(()) => self.stores.view.notify(format!("{name} was signed out")),
                    Err(error) => self.stores.view.notify_problem(show::problem(&error)),
                }
                self.ask_sessions(None, &Access::new(here.token, &self.port));
            }
        }
        Wishes::new()
    }
}

impl Office {
    fn show(&self, change: impl FnOnce(&mut Shown)) {
        self.stores.admin.shown.update(change);
    }

    fn look(&mut self, page: Page, access: &Access) {
        match page {
            Page::Overview => {
                self.show(|shown| {
                    shown.overview = Part::Loading;
                    shown.findings = Part::Loading;
                    shown.witnessed = Part::Loading;
                });
                self.ask(
                    access,
                    |token| async move { relay::health(&token).await },
                    Done::Health,
                );
                self.ask(
                    access,
                    |token| async move { relay::findings(&token).await },
                    Done::Findings,
                );
                self.look_from_here(access);
            }
            Page::Members => {
                self.wanted.clear();
                self.ask_members(None, access);
            }
            Page::Invites => {}
            Page::Sessions => self.ask_sessions(None, access),
            Page::Storage => {
                self.show(|shown| shown.storage = Part::Loading);
                self.ask(
                    access,
                    |token| async move { relay::storage(&token).await },
                    Done::Storage,
                );
            }
            Page::Traffic => {
                self.ask(
                    access,
                    |token| async move { relay::connections(&token).await },
                    Done::Traffic,
                );
            }
            Page::Audit => {
                self.show(|shown| shown.deeds = Part::Loading);
                self.port.put(AdminInput::ReadLog);
            }
        }
    }

    fn ask_members(&mut self, after: Option<u64>, access: &Access) {
        if after.is_none() {
            self.show(|shown| shown.members = Part::Loading);
        }
        let asked = self.members.begin(after.is_some());
        let wanted = self.wanted.clone();
        self.ask(
            access,
            move |token| async move { relay::members(&token, after.unwrap_or(0), &wanted).await },
            move |page| Done::Members { asked, page },
        );
    }

    fn ask_sessions(&mut self, after: Option<SessionPlace>, access: &Access) {
        if after.is_none() {
            self.show(|shown| shown.sessions = Part::Loading);
        }
        let asked = self.sessions.begin(after.is_some());
        self.ask(
            access,
            move |token| async move { relay::sessions(&token, after).await },
            move |page| Done::Sessions { asked, page },
        );
    }

    fn end(
        &self,
        user: &ids::UserId,
        device: Option<&ids::DeviceId>,
        name: String,
        access: Access,
    ) {
        let Ok(user) = user.as_str().parse::<UserId>() else {
            return;
        };
        let device = match device.map(|device| device.as_str().parse()) {
            Some(Ok(device)) => Some(device),
            None => None,
            Some(Err(_)) => return,
        };
        let request = EndMemberSessionsRequest { user, device };
        self.ask(
            &access,
            move |token| async move { relay::end_sessions(&token, &request).await },
            move |answer| Done::Ended { name, answer },
        );
    }

    /// What this browser sees of the relay, and of its STUN and TURN.
    fn look_from_here(&self, access: &Access) {
        let (access, port) = (access.clone(), self.port.clone());
        let host = location::host();
        task::spawn(async move {
            let ice = match access.token().await {
                Ok(token) => relay::witness(&token).await,
                Err(error) => Err(error),
            };
            let facts = witness::gather(host, ice).await;
            port.put(AdminInput::Done(Done::Witnessed(witness::findings(&facts))));
        });
    }

    /// Asks beside the driver, with a token.
    fn ask<A: 'static, F>(
        &self,
        access: &Access,
        question: impl FnOnce(String) -> F + 'static,
        done: impl FnOnce(Result<A, HttpError>) -> Done + 'static,
    ) where
        F: Future<Output = Result<A, HttpError>> + 'static,
    {
        let (access, port) = (access.clone(), self.port.clone());
        task::spawn(async move {
            let answer = match access.token().await {
                Ok(token) => question(token).await,
                Err(error) => Err(error),
            };
            port.put(AdminInput::Done(done(answer)));
        });
    }
}

fn longer_members(before: &Part<Members>, part: Part<Members>, goes_on: bool) -> Part<Members> {
    match (before, part) {
        (Part::Here(before), Part::Here(page)) if goes_on => Part::Here(Members {
            rows: before.rows.iter().cloned().chain(page.rows).collect(),
            ..page
        }),
        (_, part) => part,
    }
}

fn longer_sessions(before: &Part<Sessions>, part: Part<Sessions>, goes_on: bool) -> Part<Sessions> {
    match (before, part) {
        (Part::Here(before), Part::Here(page)) if goes_on => Part::Here(Sessions {
            rows: before.rows.iter().cloned().chain(page.rows).collect(),
            ..page
        }),
        (_, part) => part,
    }
}
