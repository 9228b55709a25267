//! Example content in the place of the drivers, to look at every screen without a relay: `trunk serve --features gallery`.
//! The address chooses: `?scene=setup`, `?scene=chat&dialog=invite`, `?scene=offline`. Never part of a release.

mod content;

use leptos::prelude::*;

use self::content::{call, community, messages};
use crate::alerts::store::Alert;
use crate::alerts::store::AlertIntent;
use crate::call::store::CallIntent;
use crate::call::store::{CallState, MyCall};
use crate::channels::store::{ChannelKind, Load};
use crate::composer::store::ComposerIntent;
use crate::connection::store::ConnectionIntent;
use crate::connection::store::Link;
use crate::enrolment::store::{
    FormProblem, LinkProblem, Lost, OtherWays, Phase, Provider, Secret, Step, WayOn,
};
use crate::ids::{ChannelId, ItemId};
use crate::invites::store::InviteIntent;
use crate::invites::store::{Invite, Making};
use crate::security::store::{FactorStep, Reminder, SecurityIntent};
use crate::settings::store::Section;
use crate::shell::store::Dialog;
use crate::shell::store::ShellIntent;
use crate::stores::{Intent, Stores};
use crate::timeline::store::TimelineIntent;

use crate::timeline::store::{Body, Delivery, Item, ItemKind, Message};
use crate::ui::hooks::local_time;

/// Fills the stores for the scene in the address, and answers the simplest intents.
pub fn fill(stores: Stores) {
    let scene = parameter("scene").unwrap_or_else(|| "chat".into());
    community(stores);
    messages(stores);
    content::files::fill(stores);
    let phase = match scene.as_str() {
        "loading" => Phase::Loading,
        "empty" => Phase::NoCommunity,
        "setup" | "working" | "problem" => Phase::SetUp,
        "join" => Phase::Join { community: Some("Hearth".into()), inviter: Some("Mira Halden".into()), readmits: None },
        "back" => Phase::Join { community: Some("Hearth".into()), inviter: Some("Mira Halden".into()), readmits: Some("Jonas".into()) },
        "link" => Phase::LinkRefused(LinkProblem::Expired),
        "login" => Phase::SignIn { community: Some("Hearth".into()), name: Some("Mira Halden".into()), lost: None },
        "lost" => Phase::SignIn { community: Some("Hearth".into()), name: None, lost: Some(Lost::Cleared) },
        "code" => Phase::SecondFactor { community: Some("Hearth".into()) },
        "recover" => Phase::Recover { community: Some("Hearth".into()), name: "Mira Halden".into() },
        "vouched" => Phase::JoinByProvider { community: Some("Hearth".into()), name: "Mira".into() },
        "keep" => Phase::KeepKey { key: Secret::new("7QK2-9M3D-XW4T-0C8R-V1BN-5HJZ-A6PE-2YFG-K4SM-8TQD-3NWX-C9RV-6H1B".into()) },
        "open" => Phase::OpenVault { community: Some("Hearth".into()), passkey: true, recovery: true, is_back: false },
        "tab" => Phase::OtherTab,
        "fatal" => Phase::Fatal {
            text: "This browser doesn't let Parley store anything. Leave private browsing, then start again.".into(),
            detail: "IndexedDB: InvalidStateError".into(),
            way_on: WayOn::Reload,
        },
        _ => Phase::Ready,
    };
    stores.session.ways.set(OtherWays {
        passkey: true,
        providers: vec![Provider {
            id: "acme".into(),
            name: "Acme".into(),
        }],
    });
    stores.session.phase.set(phase);
    stores.connection.link.set(Link::Online);
    match scene.as_str() {
        "working" => stores.session.step.set(Some(Step::StretchingPassword)),
        "problem" => stores.session.problem.set(Some(FormProblem::NameTaken)),
        "offline" => {
            let now = local_time::now();
            stores.connection.link.set(Link::Offline {
                since: now,
                next_try: None,
            });
            stores.connection.waiting.set(2);
        }
        "skeleton" => {
            stores.community.load.set(Load::Loading);
            stores
                .timeline
                .window(&"general".into())
                .update(|w| w.load = Load::Loading);
        }
        "new" => {
            stores.timeline.set_items(&"general".into(), Vec::new());
            stores.people.members.update(|all| all.truncate(1));
        }
        "fork" => stores.alerts.add(Alert::Warning {
            headline: "This relay shows different people different histories",
            advice: "A message from Jonas names a history that isn't the one shown here. Don't trust the member list until you have talked to Jonas another way.".into(),
            detail: "here 41:9f02…, there 41:77ac…".into(),
        }),
        "files" => stores.timeline.open.set(Some(content::files::CHANNEL.into())),
        "outside" => stores.call.mine.set(None),
        "reminder" => stores.security.reminder.set(Reminder::Make),
        _ => {}
    }
    if scene != "outside" {
        call(stores);
    }
    stores
        .view
        .dialog
        .set(parameter("dialog").and_then(|name| dialog(&name)));
    stores
        .view
        .settings
        .set(parameter("page").and_then(|name| section(&name)));
    stores.actions.attach(move |intent| answer(stores, intent));
}

fn section(name: &str) -> Option<Section> {
    Some(match name {
        "appearance" => Section::Appearance,
        "privacy" => Section::Privacy,
        "account" => Section::Account,
        "security" => Section::Security,
        "devices" => Section::Devices,
        "health" => Section::Health,
        _ => return None,
    })
}

fn dialog(name: &str) -> Option<Dialog> {
    Some(match name {
        "invite" => Dialog::Invite,
        "settings" => Dialog::Settings,
        "passkey" => Dialog::AddPasskey,
        "security" => Dialog::Security,
        "switcher" => Dialog::Switcher,
        "shortcuts" => Dialog::Shortcuts,
        "channel" => Dialog::NewChannel(ChannelKind::Text),
        "conversation" => Dialog::NewConversation,
        "requests" => Dialog::Requests,
        "emoji" => Dialog::Emoji,
        "roles" => Dialog::Roles,
        "call" => Dialog::Call,
        "doctor" => Dialog::Doctor,
        "remove" => Dialog::RemoveMember {
            id: "jonas".into(),
            name: "Jonas".into(),
        },
        "back" => Dialog::LetBackIn {
            id: "jonas".into(),
            name: "Jonas".into(),
        },
        "signout" => Dialog::SignOut,
        "key" => Dialog::RecoveryKey,
        "factor" => Dialog::SecondFactor,
        "password" => Dialog::ChangePassword,
        "delete" => Dialog::DeleteAccount,
        _ => return None,
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what example content has no answer to is printed"
)]
fn answer(stores: Stores, intent: Intent) {
    match intent {
        Intent::Composer(ComposerIntent::SendMessage { channel, text, .. }) => {
            say(stores, &channel, text)
        }
        Intent::Call(CallIntent::SetMuted(off)) => {
            stores.call.muted.set(off);
            if !off {
                stores.call.deafened.set(false);
            }
        }
        Intent::Call(CallIntent::SetDeafened(off)) => stores.call.deafened.set(off),
        Intent::Call(CallIntent::SetVolume { user, percent }) => {
            stores.call.volumes.update(|all| {
                all.insert(user, percent);
            })
        }
        Intent::Call(CallIntent::LeaveVoice) => stores.call.mine.set(None),
        Intent::Call(CallIntent::JoinVoice(channel)) => {
            let since = local_time::now();
            stores.call.mine.set(Some(MyCall {
                channel,
                state: CallState::Connected,
                since,
            }));
        }
        Intent::Invites(InviteIntent::MakeInvite { uses, .. }) => {
            let id = "made".into();
            let secret = "Zm9ybWVybHkga25vd24gYXMgYSBzZWNyZXQgdGhhdCBvcGVucw";
            stores.invites.making.set(Making::Made {
                id,
                link: format!("https://parley.example/join#{secret}"),
            });
            let expires_at = Some(local_time::now() + 6.0e8);
            let invite = Invite {
                id: "made".into(),
                by: "Mira Halden".into(),
                expires_at,
                uses_left: uses,
                readmits: None,
                guests_in: None,
            };
            stores.invites.open.set(vec![invite]);
        }
        Intent::Invites(InviteIntent::LetBackIn(user)) => {
            let link = "https://parley.example/join#Zm9ybWVybHkga25vd24gYXMgYSBzZWNyZXQ".into();
            let id = "back".into();
            stores
                .invites
                .returning
                .set(Some((user, Making::Made { id, link })));
        }
        Intent::Invites(InviteIntent::ListInvites) => stores.invites.load.set(Load::Loaded),
        Intent::Invites(InviteIntent::RevokeInvite(_)) => stores.invites.open.set(Vec::new()),
        Intent::Shell(ShellIntent::Copy { said, .. }) => stores.view.notify(said),
        Intent::Alerts(AlertIntent::DismissAlert(alert)) => {
            stores.alerts.all.update(|all| all.retain(|a| *a != alert))
        }
        Intent::Files(intent) => content::files::answer(stores, intent),
        Intent::Security(intent) => protect(stores, intent),
        Intent::Connection(ConnectionIntent::ReconnectNow) => {
            stores.connection.link.set(Link::Online)
        }
        Intent::Timeline(TimelineIntent::LoadOlder(channel)) => content::older(stores, &channel),
        other => leptos::logging::log!("{other:?}"),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what example content has no answer to is printed"
)]
fn protect(stores: Stores, intent: SecurityIntent) {
    let own = stores.security;
    match intent {
        SecurityIntent::Begin => {
            own.recovery_key.set(None);
            own.factor.set(FactorStep::Proof);
        }
        SecurityIntent::MakeRecoveryKey { .. } => own.recovery_key.set(Some(
            "7K3M-9A2B-ZZ41-HJ8Q-0R5T-WXE6-P2N4-M7CV-1D3F-G8HK-S9YB-4T6A-QE2R".into(),
        )),
        SecurityIntent::RecoveryKeyKept | SecurityIntent::RecoveryKeyLater => {
            stores.view.dialog.set(None);
            own.reminder.set(Reminder::Later);
        }
        SecurityIntent::SetUpFactor { .. } => own.factor.set(FactorStep::Scan {
            secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(),
            uri: "otpauth://totp/Hearth:Mira?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Hearth"
                .into(),
        }),
        SecurityIntent::EnableFactor { .. } => own.factor.set(FactorStep::Codes(
            (0..10).map(|n| format!("4K{n}M-9A2{n}")).collect(),
        )),
        other => leptos::logging::log!("{other:?}"),
    }
}

fn say(stores: Stores, channel: &ChannelId, text: String) {
    let Some(me) = stores.community.me.get_untracked() else {
        return;
    };
    let online = stores.connection.link.get_untracked() == Link::Online;
    let at = local_time::now();
    // What begins so is said by somebody else.
    if let Some(text) = text.strip_prefix("piet: ") {
        let item = content::message(
            &at.to_string(),
            "piet",
            at,
            Body::Text(text.to_owned()),
            Delivery::Sent,
        );
        return stores.timeline.upsert(channel, item);
    }
    let message = |delivery| Message {
        author: me.id.clone(),
        author_name: me.name.clone(),
        body: Body::Text(text.clone()),
        delivery,
        extras: crate::timeline::store::Extras::default(),
    };
    let id = ItemId::from(at.to_string());
    let item = |delivery| Item {
        id: id.clone(),
        at,
        kind: ItemKind::Message(message(delivery)),
    };
    stores.timeline.upsert(
        channel,
        item(if online {
            Delivery::Sending
        } else {
            Delivery::Waiting
        }),
    );
    if online {
        let sent = item(Delivery::Sent);
        let channel = channel.clone();
        set_timeout(
            move || stores.timeline.upsert(&channel, sent),
            std::time::Duration::from_millis(150),
        );
    }
}

fn parameter(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    search.trim_start_matches('?').split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}
