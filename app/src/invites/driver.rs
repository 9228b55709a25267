//! Making invites and taking them back, and showing those that still let somebody in.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::sorted;
use parley_protocol::community::Community;
use parley_protocol::entry::{Action, GuestTerms};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{EntryId, InviteId, UserId};
use parley_protocol::invite::InviteLink;

use super::store::{Former, Invite, InviteIntent, Making};
use crate::channels::store::Load;
use crate::driver::appends::{not_asked, refusal};
use crate::driver::convert::{channel_id, millis, user_id};
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::ids;
use crate::platform::{clock, location};
use crate::stores::Stores;

/// A link that lets somebody back in makes its holder a member with rights: three days are enough to open it.
const LETS_BACK_IN_FOR: u64 = 3 * 24 * 60 * 60 * 1_000;
/// Former members that are listed at most.
const FORMER_LISTED: usize = 300;

/// What the log was asked for.
pub enum Asked {
    Make(InviteLink),
    ForGuests(InviteLink),
    LetBackIn(ids::UserId, InviteLink),
    Revoke,
}

/// The entry that waits for the log's answer, if the intent made one.
pub fn handle_intent(
    intent: InviteIntent,
    stores: Stores,
    engine: &mut Engine,
    now: u64,
) -> Option<(EntryId, Asked)> {
    match intent {
        InviteIntent::MakeInvite { expires_in, uses } => {
            let expires_at = expires_in.map(|seconds| now + u64::from(seconds) * 1_000);
            stores.invites.making.set(Making::Working);
            match engine.make_invite(expires_at, uses, now) {
                Ok((entry, link)) => return Some((entry, Asked::Make(link))),
                Err(error) => stores.invites.making.set(failed(not_asked(error))),
            }
        }
        InviteIntent::MakeGuestInvite {
            channel,
            lasts,
            guests,
        } => {
            let until = now + u64::from(lasts) * 1_000;
            let channel = channel_id(&channel)?;
            let terms = GuestTerms { channel, until };
            stores.invites.for_guests.set(Making::Working);
            match engine.make_guest_invite(terms, guests, now) {
                Ok((entry, link)) => return Some((entry, Asked::ForGuests(link))),
                Err(error) => stores.invites.for_guests.set(failed(not_asked(error))),
            }
        }
        InviteIntent::LetBackIn(id) => {
            let user = user_id(&id)?;
            let expires_at = Some(now + LETS_BACK_IN_FOR);
            let asked = engine.make_readmission(user, expires_at, now);
            let shown = match &asked {
                Ok(_) => Making::Working,
                Err(error) => failed(not_asked(*error)),
            };
            stores.invites.returning.set(Some((id.clone(), shown)));
            let (entry, link) = asked.ok()?;
            return Some((entry, Asked::LetBackIn(id, link)));
        }
        InviteIntent::ListInvites => show(engine, stores),
        InviteIntent::RevokeInvite(id) => {
            let invite = id.as_str().parse::<InviteId>().ok()?;
            match engine.append(Action::InviteRevoked { invite }, now) {
                Ok(entry) => return Some((entry, Asked::Revoke)),
                Err(error) => stores.view.notify_problem(not_asked(error)),
            }
        }
    }
    None
}

/// The log took an entry, or refused it.
pub fn handle_answer(asked: Asked, refused: Option<&ErrorCode>, stores: Stores) -> Wishes {
    let made = |made: Making| refused.map_or(made, |code| failed(refusal(code)));
    match asked {
        Asked::Make(link) => stores.invites.making.set(made(made_at("join", &link))),
        Asked::ForGuests(link) => stores.invites.for_guests.set(made(made_at("guest", &link))),
        Asked::LetBackIn(user, link) => {
            let shown = made(made_at("join", &link));
            stores.invites.returning.set(Some((user, shown)));
        }
        Asked::Revoke => match refused {
            None => stores.view.notify("The invite was taken back"),
            Some(code) => stores.view.notify_problem(refusal(code)),
        },
    }
    vec![Wish::Show(Matter::Community)]
}

fn failed(text: &str) -> Making {
    Making::Failed(text.to_owned())
}

fn made_at(page: &str, link: &InviteLink) -> Making {
    Making::Made {
        id: ids::InviteId::from(link.invite.to_string()),
        link: format!("{}/{page}#{link}", location::origin()),
    }
}

/// Former members whom I may let back in, by name.
fn former(engine: &Engine) -> Vec<Former> {
    let community = engine.community();
    let (me, _) = engine.me();
    let gone = community
        .members()
        .iter()
        .filter(|(user, member)| !member.is_active() && community.may_readmit(me, **user));
    let mut former: Vec<Former> = gone
        .take(FORMER_LISTED)
        .map(|(user, member)| Former {
            id: ids::UserId::from(user.to_string()),
            name: member.display_name().to_owned(),
        })
        .collect();
    former.sort_by(|a, b| a.name.cmp(&b.name));
    former
}

fn name(community: &Community, user: &UserId) -> String {
    let member = community.members().get(user);
    member
        .map(|member| member.display_name().to_owned())
        .unwrap_or_default()
}

/// Shows the invites that can be used, and who could be let back in.
pub fn show(engine: &Engine, stores: Stores) {
    stores.invites.open.set(open(engine));
    stores.invites.former.set(former(engine));
    stores.invites.load.set(Load::Loaded);
}

/// Those that still let somebody in, or have guests who can be sent away with them: the ones without an end first, then by their end.
fn open(engine: &Engine) -> Vec<Invite> {
    let community = engine.community();
    let now = clock::now();
    let usable = community.invites().iter().filter(|(_, invite)| {
        let has_guests = invite.guest.is_some_and(|terms| now < terms.until);
        invite.check(now).is_ok() || (has_guests && !invite.revoked)
    });
    let usable = sorted::by_number(usable, |(_, invite)| {
        u64::MAX - invite.expires_at.unwrap_or(u64::MAX)
    });
    usable
        .into_iter()
        .map(|(id, invite)| Invite {
            id: ids::InviteId::from(id.to_string()),
            by: name(community, &invite.by),
            expires_at: invite.expires_at.map(millis),
            uses_left: invite.max_uses.map(|max| max.saturating_sub(invite.uses)),
            readmits: invite.readmits.map(|user| name(community, &user)),
            guests_in: invite.guest.map(|terms| {
                let channel = community.channels().get(&terms.channel);
                channel
                    .map(|it| it.details.name.clone())
                    .unwrap_or_default()
            }),
        })
        .collect()
}
