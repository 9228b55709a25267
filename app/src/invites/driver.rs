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
use crate::driver::appends::{Appends, not_asked, refusal};
use crate::driver::convert::{channel_id, millis, user_id};
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::ids;
use crate::platform::{clock, location};
use crate::stores::Stores;

/// A link that lets somebody back in makes its holder a member with rights: three days are enough to open it.
const LETS_BACK_IN_FOR: u64 = 3 * 24 * 60 * 60 * 1_000;
/// Former members that are listed at most.
const FORMER_LISTED: usize = 300;

/// What was asked about invites.
pub struct Invites {
    stores: Stores,
    asked: Appends<Asked>,
}

enum Asked {
    Make(InviteLink),
    ForGuests(InviteLink),
    LetBackIn(ids::UserId, InviteLink),
    Revoke,
}

impl Invites {
    pub fn new(stores: Stores) -> Self {
        Self {
            stores,
            asked: Appends::default(),
        }
    }

    pub fn handle_intent(&mut self, intent: InviteIntent, engine: &mut Engine, now: u64) -> Wishes {
        match intent {
            InviteIntent::MakeInvite { expires_in, uses } => {
                self.make(expires_in, uses, engine, now);
            }
            InviteIntent::MakeGuestInvite {
                channel,
                lasts,
                guests,
            } => self.make_for_guests(&channel, lasts, guests, engine, now),
            InviteIntent::LetBackIn(user) => self.let_back_in(user, engine, now),
            InviteIntent::ListInvites => return vec![Wish::Show(Matter::Community)],
            InviteIntent::RevokeInvite(id) => self.revoke(&id, engine, now),
        }
        Wishes::new()
    }

    /// The log took an entry.
    pub fn handle_appended(&mut self, entry: EntryId) -> Wishes {
        match self.asked.take(entry) {
            Some(Asked::Make(link)) => {
                self.stores.invites.making.set(made(&link));
                vec![Wish::Show(Matter::Community)]
            }
            Some(Asked::ForGuests(link)) => {
                self.stores.invites.for_guests.set(made_at("guest", &link));
                vec![Wish::Show(Matter::Community)]
            }
            Some(Asked::LetBackIn(user, link)) => {
                self.show_returning(user, made(&link));
                vec![Wish::Show(Matter::Community)]
            }
            Some(Asked::Revoke) => {
                self.stores.view.notify("The invite was taken back");
                Wishes::new()
            }
            None => Wishes::new(),
        }
    }

    /// The log refused an entry.
    pub fn handle_refused(&mut self, entry: EntryId, code: &ErrorCode) {
        match self.asked.take(entry) {
            Some(Asked::Make(_)) => self.fail(refusal(code)),
            Some(Asked::ForGuests(_)) => {
                let failed = Making::Failed(refusal(code).to_owned());
                self.stores.invites.for_guests.set(failed);
            }
            Some(Asked::LetBackIn(user, _)) => {
                self.show_returning(user, Making::Failed(refusal(code).to_owned()));
            }
            Some(Asked::Revoke) => self.stores.view.notify_problem(refusal(code)),
            None => {}
        }
    }

    /// Shows the invites that are open.
    fn make(&mut self, expires_in: Option<u32>, uses: Option<u32>, engine: &mut Engine, now: u64) {
        let expires_at = expires_in.map(|seconds| now + u64::from(seconds) * 1_000);
        self.stores.invites.making.set(Making::Working);
        match engine.make_invite(expires_at, uses, now) {
            Ok((entry, link)) => self.asked.ask(entry, Asked::Make(link)),
            Err(error) => self.fail(not_asked(error)),
        }
    }

    fn make_for_guests(
        &mut self,
        channel: &ids::ChannelId,
        lasts: u32,
        guests: u32,
        engine: &mut Engine,
        now: u64,
    ) {
        let Some(channel) = channel_id(channel) else {
            return;
        };
        let until = now + u64::from(lasts) * 1_000;
        let terms = GuestTerms { channel, until };
        self.stores.invites.for_guests.set(Making::Working);
        match engine.make_guest_invite(terms, guests, now) {
            Ok((entry, link)) => self.asked.ask(entry, Asked::ForGuests(link)),
            Err(error) => {
                let failed = Making::Failed(not_asked(error).to_owned());
                self.stores.invites.for_guests.set(failed);
            }
        }
    }

    fn let_back_in(&mut self, id: ids::UserId, engine: &mut Engine, now: u64) {
        let Some(user) = user_id(&id) else { return };
        let expires_at = Some(now + LETS_BACK_IN_FOR);
        match engine.make_readmission(user, expires_at, now) {
            Ok((entry, link)) => {
                self.show_returning(id.clone(), Making::Working);
                self.asked.ask(entry, Asked::LetBackIn(id, link));
            }
            Err(error) => {
                self.show_returning(id, Making::Failed(not_asked(error).to_owned()));
            }
        }
    }

    fn show_returning(&self, user: ids::UserId, making: Making) {
        self.stores.invites.returning.set(Some((user, making)));
    }

    fn revoke(&mut self, id: &ids::InviteId, engine: &mut Engine, now: u64) {
        let Ok(invite) = id.as_str().parse::<InviteId>() else {
            return;
        };
        match engine.append(Action::InviteRevoked { invite }, now) {
            Ok(entry) => self.asked.ask(entry, Asked::Revoke),
            Err(error) => self.stores.view.notify_problem(not_asked(error)),
        }
    }

    fn fail(&self, text: &str) {
        let failed = Making::Failed(text.to_owned());
        self.stores.invites.making.set(failed);
    }
}

fn made(link: &InviteLink) -> Making {
    made_at("join", link)
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
