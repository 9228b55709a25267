//! What this browser asked the community log for, and what to do when the answer comes.

use leptos::prelude::Set;
use parley_client::engine::AppendError;
use parley_protocol::community::Rejection;
use parley_protocol::entry::{
    Action, ChannelDetails, ChannelKind as LogChannelKind, History, Readers,
};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::{EntryId, InviteId, UserId};
use parley_protocol::invite::InviteLink;
use parley_protocol::names;

use super::coordinator::Driver;
use super::inbox::Input;
use crate::channels::store::ChannelKind;
use crate::driver::relay;
use crate::ids;
use crate::invites::store::Making;
use crate::platform::clock::Timer;
use crate::platform::{clock, footprint, location};
use crate::ui::direction::isolated;

/// How long signing out waits for the relay, in milliseconds.
const SIGN_OUT_WAIT: u64 = 3_000;

/// Entries that were asked for.
#[derive(Default)]
pub struct Appends {
    waiting: Vec<(EntryId, Asked)>,
}

enum Asked {
    Invite(InviteLink),
    EndInvite,
    Channel {
        name: String,
        id: parley_protocol::ids::ChannelId,
        kind: ChannelKind,
    },
    Removal {
        name: String,
    },
    SignOut,
}

impl Appends {
    pub fn is_signing_out(&self) -> bool {
        self.waiting
            .iter()
            .any(|(_, asked)| matches!(asked, Asked::SignOut))
    }

    fn take(&mut self, entry: EntryId) -> Option<Asked> {
        let place = self.waiting.iter().position(|(id, _)| *id == entry)?;
        Some(self.waiting.swap_remove(place).1)
    }
}

impl Driver {
    pub fn make_invite(&mut self, expires_in: Option<u32>, uses: Option<u32>) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        let now = clock::now();
        let expires_at = expires_in.map(|seconds| now + u64::from(seconds) * 1_000);
        self.stores.invites.making.set(Making::Working);
        match engine.make_invite(expires_at, uses, now) {
            Ok((entry, link)) => self.appends.waiting.push((entry, Asked::Invite(link))),
            Err(error) => self
                .stores
                .invites
                .making
                .set(Making::Failed(not_asked(error).to_owned())),
        }
    }

    pub fn revoke_invite(&mut self, id: &ids::InviteId) {
        if let Ok(invite) = id.as_str().parse::<InviteId>() {
            self.append(Action::InviteRevoked { invite }, Asked::EndInvite);
        }
    }

    pub fn create_channel(&mut self, name: &str, kind: ChannelKind) {
        let name = names::normalize(name.trim().trim_start_matches('#'));
        if names::check(&name).is_err() {
            return self.stores.view.notify_problem(
                "That name can't be used. Please use 1 to 48 characters that can be seen.",
            );
        }
        let Some(engine) = &mut self.engine else {
            return;
        };
        let log_kind = match kind {
            ChannelKind::Text => LogChannelKind::Text,
            ChannelKind::Voice => LogChannelKind::Voice,
        };
        let details = ChannelDetails {
            name: name.clone(),
            topic: String::new(),
            readers: Readers::Everyone,
            history: History::Shared,
        };
        match engine.create_channel(log_kind, details, clock::now()) {
            Ok((entry, id)) => self
                .appends
                .waiting
                .push((entry, Asked::Channel { name, id, kind })),
            Err(error) => self.stores.view.notify_problem(not_asked(error)),
        }
    }

    pub fn remove_member(&mut self, id: &ids::UserId) {
        let Ok(user) = id.as_str().parse::<UserId>() else {
            return;
        };
        let name = self
            .engine
            .as_ref()
            .and_then(|engine| engine.community().members().get(&user));
        let name = name.map(|member| member.name.clone()).unwrap_or_default();
        self.append(Action::MemberRemoved { user }, Asked::Removal { name });
    }

    /// Takes this device out of the log, so that nobody encrypts for it any more; then forgets everything here. Without
    /// a relay it only forgets.
    pub async fn sign_out(&mut self) {
        let Some(engine) = &self.engine else {
            return self.finish_sign_out().await;
        };
        let device = engine.me().1;
        self.append(Action::DeviceRevoked { device }, Asked::SignOut);
        if !self.appends.is_signing_out() {
            return self.finish_sign_out().await;
        }
        let inbox = self.inbox.clone();
        self.patience = Timer::after(SIGN_OUT_WAIT, move || inbox.put(Input::SignOutNow));
    }

    pub async fn finish_sign_out(&mut self) {
        self.voice.end();
        self.link.disconnect();
        self.engine = None;
        relay::logout().await.ok();
        self.clear_store().await;
        footprint::remove();
        location::forget_link();
        location::reload();
    }

    pub async fn appended(&mut self, entry: EntryId) {
        match self.appends.take(entry) {
            Some(Asked::Invite(link)) => {
                let id = ids::InviteId::from(link.invite.to_string());
                let link = format!("{}/join#{link}", location::origin());
                self.stores.invites.making.set(Making::Made { id, link });
                self.changed.community = true;
            }
            Some(Asked::EndInvite) => self.stores.view.notify("The invite was taken back"),
            Some(Asked::Channel { name, id, kind }) => {
                self.changed.community = true;
                // The log comes before the answer, so the channel is known by now.
                self.show();
                if kind == ChannelKind::Text {
                    self.stores
                        .open_channel(&ids::ChannelId::from(id.to_string()));
                }
                self.stores
                    .view
                    .notify(format!("{} was made", isolated(&name)));
            }
            Some(Asked::Removal { name }) => self
                .stores
                .view
                .notify(format!("{} was removed", isolated(&name))),
            Some(Asked::SignOut) => self.finish_sign_out().await,
            None => {}
        }
    }

    pub async fn append_refused(&mut self, entry: EntryId, error: &ApiError) {
        let words = refusal(&error.code);
        match self.appends.take(entry) {
            Some(Asked::Invite(_)) => self
                .stores
                .invites
                .making
                .set(Making::Failed(words.to_owned())),
            Some(Asked::EndInvite | Asked::Channel { .. } | Asked::Removal { .. }) => {
                self.stores.view.notify_problem(words);
            }
            Some(Asked::SignOut) => self.finish_sign_out().await,
            None => {}
        }
    }

    fn append(&mut self, action: Action, asked: Asked) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        match engine.append(action, clock::now()) {
            Ok(entry) => self.appends.waiting.push((entry, asked)),
            Err(error) => self.stores.view.notify_problem(not_asked(error)),
        }
    }
}

fn not_asked(error: AppendError) -> &'static str {
    match error {
        AppendError::NotConnected => {
            "The relay can't be reached right now. Try again when it is back."
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has no words of its own gets common ones"
)]
fn refusal(code: &ErrorCode) -> &'static str {
    match code {
        ErrorCode::Rejected { rejection } => match rejection {
            Rejection::NotPermitted { .. } | Rejection::AboveAuthor | Rejection::Owner => {
                "Your role doesn't allow that."
            }
            Rejection::NameTaken => "That name is taken already.",
            Rejection::BadName | Rejection::BadText => "That name can't be used. Try another one.",
            Rejection::TooMany => "There are too many of these already.",
            _ => "The community's rules don't allow that.",
        },
        ErrorCode::NotPermitted => "Your role doesn't allow that.",
        ErrorCode::StorageFailed | ErrorCode::Full => "The relay has no room left.",
        ErrorCode::RateLimited { .. } => "That was a lot in a short time. Try again in a moment.",
        _ => "The relay didn't take it. Try again.",
    }
}
