//! Who moderates calls, whom, and how much of it the log takes.

use parley_protocol::community::{Community, Rejection, Silence};
use parley_protocol::entry::{Action, CallOrder, CallRules, ChannelKind, Permission, Readers};
use parley_protocol::ids::{ChannelId, RoleId, UserId};
use parley_protocol::limits::{MAX_CALL_LIMIT, MAX_CALL_ORDERS_EVER_PER_MEMBER, MAX_SPEAKERS};

use crate::support::{Person, TestCommunity, details, give, remove, roles};

pub(super) fn order(order: CallOrder) -> Action {
    Action::CallsOrdered { order }
}

pub(super) fn restrict(person: &Person, muted: bool, deafened: bool) -> Action {
    order(CallOrder::Restrict {
        user: person.user,
        muted,
        deafened,
    })
}

pub(super) fn speaker(channel: ChannelId, user: UserId, speaks: bool) -> Action {
    order(CallOrder::Speaker {
        channel,
        user,
        speaks,
    })
}

pub(super) fn rules(channel: ChannelId, limit: Option<u32>, stage: bool) -> Action {
    order(CallOrder::Rules {
        channel,
        rules: CallRules { limit, stage },
    })
}

impl TestCommunity {
    pub(super) fn voice(&mut self, author: &Person, readers: Readers) -> ChannelId {
        let channel = self.numbers.id();
        let (kind, details) = (ChannelKind::Voice, details(readers));
        let action = Action::ChannelCreated {
            channel,
            kind,
            details,
        };
        self.must(author, action);
        channel
    }

    fn end(&mut self, person: &Person, to: Option<ChannelId>) -> Action {
        let (device, stay) = (person.device.id, self.numbers.id());
        order(CallOrder::End { device, stay, to })
    }
}

const MODERATES: &[Permission] = &[Permission::ModerateCalls];

#[test]
fn an_ordinary_member_moderates_nobody() {
    let (mut test, ada) = TestCommunity::founded();
    let (bob, cleo) = (test.member(&ada, "Bob"), test.member(&ada, "Cleo"));
    let lounge = test.voice(&ada, Readers::Everyone);
    let permission = Permission::ModerateCalls;
    let not_permitted = Rejection::NotPermitted { permission };
    let end = test.end(&cleo, None);
    for action in [
        restrict(&cleo, true, false),
        restrict(&bob, true, false),
        speaker(lounge, bob.user, true),
        end,
    ] {
        assert_eq!(test.refused(&bob, action), not_permitted);
    }
    let permission = Permission::ManageChannels;
    let refused = test.refused(&bob, rules(lounge, Some(2), true));
    assert_eq!(refused, Rejection::NotPermitted { permission });
}

#[test]
fn a_moderator_mutes_those_who_may_do_no_more_than_they() {
    let (mut test, ada) = TestCommunity::founded();
    let lounge = test.voice(&ada, Readers::Everyone);
    let bob = test.member_with(&ada, "Bob", MODERATES);
    let cleo = test.member(&ada, "Cleo");
    let more = [Permission::ModerateCalls, Permission::Invite];
    let dora = test.member_with(&ada, "Dora", &more);
    assert_eq!(test.community.silence_of(&cleo.user, &lounge), None);
    test.must(&bob, restrict(&cleo, true, false));
    let silence = test.community.silence_of(&cleo.user, &lounge);
    assert_eq!(silence, Some(Silence::Muted));
    test.must(&bob, restrict(&cleo, true, true));
    let silence = test.community.silence_of(&cleo.user, &lounge);
    assert_eq!(silence, Some(Silence::Deafened));
    let again = test.refused(&bob, restrict(&cleo, true, true));
    assert_eq!(again, Rejection::Repeated);

    let above = test.refused(&bob, restrict(&dora, true, false));
    assert_eq!(above, Rejection::AboveAuthor);
    let owner = test.refused(&dora, restrict(&ada, true, false));
    assert_eq!(owner, Rejection::Owner);
    let by_themselves = test.refused(&cleo, restrict(&cleo, false, false));
    let permission = Permission::ModerateCalls;
    assert_eq!(by_themselves, Rejection::NotPermitted { permission });
    let end = test.end(&ada, None);
    assert_eq!(test.refused(&dora, end), Rejection::Owner);
    let community = &test.community;
    assert!(community.may_moderate_call_of(&dora.user, &bob.user));
    assert!(!community.may_moderate_call_of(&bob.user, &dora.user));
    assert!(!community.may_moderate_call_of(&ada.user, &ada.user));
}

#[test]
fn a_mute_outlives_leaving_and_coming_back() {
    let (mut test, ada) = TestCommunity::founded();
    let lounge = test.voice(&ada, Readers::Everyone);
    let cleo = test.member(&ada, "Cleo");
    test.must(&ada, restrict(&cleo, true, false));
    test.must(&ada, remove(&cleo));
    let gone = test.refused(&ada, restrict(&cleo, false, false));
    assert_eq!(gone, Rejection::UnknownMember);
    let back = test.new_invite();
    let mut action = back.made(None, Some(1));
    if let Action::InviteMade { readmits, .. } = &mut action {
        *readmits = Some(cleo.user);
    }
    test.must(&ada, action);
    let again = Person {
        user: cleo.user,
        ..test.new_person("Cleo")
    };
    test.join_by(&back, &again).expect("let back in");
    let silence = test.community.silence_of(&cleo.user, &lounge);
    assert_eq!(silence, Some(Silence::Muted));
}

#[test]
fn on_a_stage_only_those_speak_who_were_let_and_anybody_may_step_down() {
    let (mut test, ada) = TestCommunity::founded();
    let lounge = test.voice(&ada, Readers::Everyone);
    let bob = test.member_with(&ada, "Bob", MODERATES);
    let cleo = test.member(&ada, "Cleo");
    test.must(&ada, rules(lounge, None, true));
    let silence =
        |test: &TestCommunity, person: &Person| test.community.silence_of(&person.user, &lounge);
    assert_eq!(silence(&test, &cleo), Some(Silence::Audience));
    assert_eq!(silence(&test, &bob), None);
    assert_eq!(silence(&test, &ada), None);
    test.must(&bob, speaker(lounge, cleo.user, true));
    assert_eq!(silence(&test, &cleo), None);
    let twice = test.refused(&bob, speaker(lounge, cleo.user, true));
    assert_eq!(twice, Rejection::Repeated);
    test.must(&cleo, speaker(lounge, cleo.user, false));
    assert_eq!(silence(&test, &cleo), Some(Silence::Audience));
    let twice = test.refused(&cleo, speaker(lounge, cleo.user, false));
    assert_eq!(twice, Rejection::Repeated);

    // A mute stands above being let speak.
    test.must(&bob, speaker(lounge, cleo.user, true));
    test.must(&bob, restrict(&cleo, true, false));
    assert_eq!(silence(&test, &cleo), Some(Silence::Muted));
    // Who leaves the community leaves the stage.
    test.must(&ada, remove(&cleo));
    assert!(test.community.channels()[&lounge].speakers.is_empty());
    test.must(&ada, rules(lounge, None, false));
}

#[test]
fn orders_name_channels_that_their_author_sees() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", MODERATES);
    let cleo = test.member(&ada, "Cleo");
    let role = test.role(&ada, &[]);
    let hidden = test.voice(&ada, roles(&[role]));
    let text = test.channel(&ada, Readers::Everyone);
    let lounge = test.voice(&ada, Readers::Everyone);
    for channel in [hidden, text, ChannelId::from_bytes([9; 16])] {
        let moved = test.end(&cleo, Some(channel));
        for action in [speaker(channel, cleo.user, true), moved] {
            assert_eq!(test.refused(&bob, action), Rejection::UnknownChannel);
        }
    }
    // Not into a channel that the moved one does not see.
    test.must(&ada, give(&bob, role));
    let moved = test.end(&cleo, Some(hidden));
    assert_eq!(test.refused(&bob, moved), Rejection::UnknownChannel);
    let refused = test.refused(&bob, speaker(hidden, cleo.user, true));
    assert_eq!(refused, Rejection::UnknownMember);
    let moved = test.end(&cleo, Some(lounge));
    test.must(&bob, moved.clone());
    assert_eq!(test.refused(&bob, moved), Rejection::Repeated);
    for channel in [text, ChannelId::from_bytes([9; 16])] {
        let refused = test.refused(&ada, rules(channel, Some(2), false));
        assert_eq!(refused, Rejection::UnknownChannel);
    }
    for limit in [0, MAX_CALL_LIMIT + 1] {
        let refused = test.refused(&ada, rules(lounge, Some(limit), false));
        assert_eq!(refused, Rejection::BadLimit);
    }
}

#[test]
fn one_moderator_does_not_make_the_log_endless() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", MODERATES);
    let cleo = test.member(&ada, "Cleo");
    let lounge = test.voice(&ada, Readers::Everyone);
    for number in 0..MAX_CALL_ORDERS_EVER_PER_MEMBER {
        let action = restrict(&cleo, number.is_multiple_of(2), false);
        test.quickly(&bob.device, action);
    }
    let refused = test.refused(&bob, restrict(&cleo, true, true));
    assert_eq!(refused, Rejection::TooMany);
    // Those who may remove members are trusted with more.
    test.must(&ada, restrict(&cleo, true, true));

    let everyone: Vec<Person> = (0..MAX_SPEAKERS)
        .map(|number| test.member(&ada, &format!("Guest {number}")))
        .collect();
    for person in &everyone {
        test.quickly(&ada.device, speaker(lounge, person.user, true));
    }
    let refused = test.refused(&ada, speaker(lounge, cleo.user, true));
    assert_eq!(refused, Rejection::TooMany);
}

#[test]
fn a_checkpoint_knows_what_was_ordered_and_an_older_one_is_not_read() {
    let (mut test, ada) = TestCommunity::founded();
    let cleo = test.member(&ada, "Cleo");
    let lounge = test.voice(&ada, Readers::Everyone);
    test.must(&ada, rules(lounge, Some(3), true));
    test.must(&ada, speaker(lounge, cleo.user, true));
    test.must(&ada, restrict(&cleo, false, true));
    let end = test.end(&cleo, Some(lounge));
    test.must(&ada, end);
    let kept = test.community.to_checkpoint();
    let read = Community::from_checkpoint(&kept).expect("as it was written");
    assert_eq!(read, test.community);
    assert_eq!(read.channels()[&lounge].rules.limit, Some(3));
    assert!(read.devices()[&cleo.device.id].ended_stay.is_some());
    // A store of before has the form of before: the entries are read again.
    let mut old = kept;
    old[0] -= 1;
    assert_eq!(Community::from_checkpoint(&old), None);
}

#[test]
fn the_right_is_given_like_any_other() {
    let (mut test, ada) = TestCommunity::founded();
    let (bob, cleo) = (test.member(&ada, "Bob"), test.member(&ada, "Cleo"));
    let everyone = Action::RoleDefined {
        role: RoleId::EVERYONE,
        name: "everyone".to_owned(),
        permissions: MODERATES.iter().copied().collect(),
    };
    test.must(&ada, everyone);
    test.must(&bob, restrict(&cleo, true, false));
}
