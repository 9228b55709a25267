//! Guests: let into one call for a time, and nobody anywhere else.

use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{Action, ChannelKind, GuestTerms, Permission, Readers};
use parley_protocol::ids::ChannelId;
use parley_protocol::limits::{MAX_GUEST_TIME, MAX_GUESTS_PER_INVITE};

use crate::support::{NOW, Person, TestCommunity, TestDevice, TestInvite, details, sign_body};

const HOUR: u64 = 3_600_000;

fn for_guests(invite: &TestInvite, terms: GuestTerms, most: Option<u32>) -> Action {
    let mut action = invite.made(Some(terms.until), most);
    if let Action::InviteMade { guest, .. } = &mut action {
        *guest = Some(terms);
    }
    action
}

/// A voice channel that everybody may enter.
fn lounge(test: &mut TestCommunity, owner: &Person) -> ChannelId {
    let channel = test.numbers.id();
    let action = Action::ChannelCreated {
        channel,
        kind: ChannelKind::Voice,
        details: details(Readers::Everyone),
    };
    test.must(owner, action);
    channel
}

fn terms(channel: ChannelId) -> GuestTerms {
    GuestTerms {
        channel,
        until: NOW + HOUR,
    }
}

/// A community with a guest in it, who came by this invite.
fn with_guest() -> (TestCommunity, Person, ChannelId, TestInvite, Person) {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Speak]);
    let channel = lounge(&mut test, &ada);
    let invite = test.new_invite();
    test.must(&ada, for_guests(&invite, terms(channel), Some(2)));
    let gil = test.new_person("Gil");
    test.join_by(&invite, &gil).unwrap();
    (test, ada, channel, invite, gil)
}

#[test]
fn a_guest_is_in_one_call_for_a_time_and_no_member() {
    let (mut test, ada, channel, _, gil) = with_guest();
    let other = lounge(&mut test, &ada);
    let text = test.channel(&ada, Readers::Everyone);
    let community = &test.community;
    assert!(community.members().get(&gil.user).is_none());
    assert_eq!(community.member_count(), 1);
    assert!(community.member_named("Gil").is_none());
    assert!(community.may_be_in_call(&gil.user, &channel, NOW));
    assert!(community.may_be_in_call(&gil.user, &channel, NOW + HOUR - 1));
    assert!(!community.may_be_in_call(&gil.user, &channel, NOW + HOUR));
    assert!(!community.may_be_in_call(&gil.user, &other, NOW));
    for place in [channel, other, text] {
        assert!(!community.may_read(&gil.user, &place));
        assert!(!community.may_write(&gil.user, &place));
        assert!(!community.may_join(&gil.user, &place));
        let mut readers = community.reader_devices(&place);
        assert!(readers.all(|(device, _)| device != gil.device.id));
    }
    assert!(community.active_device(&gil.device.id).is_none());
    assert!(community.present_device(&gil.device.id, NOW).is_some());
    assert!(
        community
            .present_device(&gil.device.id, NOW + HOUR)
            .is_none()
    );
    assert_eq!(community.devices_of(&gil.user).count(), 0);
    for permission in Permission::ALL {
        assert!(!community.may(&gil.user, permission));
    }
}

#[test]
fn a_guest_adds_nothing_to_the_log() {
    let (mut test, ada, channel, invite, gil) = with_guest();
    let another = test.new_invite();
    for action in [
        Action::MemberRenamed {
            name: "Ada".to_owned(),
        },
        Action::MemberRemoved { user: gil.user },
        Action::MemberRemoved { user: ada.user },
        Action::InviteRevoked { invite: invite.id },
        another.made(None, None),
        for_guests(&another, terms(channel), Some(1)),
        Action::ChannelArchived { channel },
        Action::DeviceRevoked {
            device: gil.device.id,
        },
    ] {
        assert_eq!(test.refused(&gil, action), Rejection::UnknownAuthor);
    }
    let device = TestDevice::new(&mut test.numbers);
    let added = Action::DeviceAdded {
        user: gil.user,
        device: gil.certify(test.community.id(), &device),
        linked_by: None,
    };
    let entry = test.entry(&device, added);
    assert_eq!(test.refusal(&entry), Rejection::UnknownMember);
}

#[test]
fn so_many_come_and_no_more_and_none_after_the_time_or_when_it_is_taken_back() {
    let (mut test, ada, channel, invite, gil) = with_guest();
    let hal = test.new_person("Hal");
    test.join_by(&invite, &hal).unwrap();
    let ida = test.new_person("Ida");
    assert_eq!(test.join_by(&invite, &ida), Err(Rejection::InviteUsedUp));

    let late = test.new_invite();
    let mut over = terms(channel);
    over.until = NOW + 1;
    test.must(&ada, for_guests(&late, over, Some(1)));
    let action = test.join_action(&late, &ida);
    let mut body = test.body(action);
    body.at = NOW + 2;
    let entry = sign_body(&ida.device, &body);
    assert_eq!(test.refusal(&entry), Rejection::InviteExpired);

    assert!(test.community.guest_terms(&gil.user, NOW).is_some());
    test.must(&ada, Action::InviteRevoked { invite: invite.id });
    assert_eq!(test.community.guest_terms(&gil.user, NOW), None);
    assert_eq!(test.community.guest_terms(&hal.user, NOW), None);
}

#[test]
fn a_channel_that_is_closed_has_no_guests() {
    let (mut test, ada, channel, _, gil) = with_guest();
    test.must(&ada, Action::ChannelArchived { channel });
    assert_eq!(test.community.guest_terms(&gil.user, NOW), None);
}

#[test]
fn guests_end_with_whoever_let_them_in() {
    let rights = [Permission::Speak, Permission::Invite];
    let (mut test, ada) = TestCommunity::founded_with(&rights);
    let channel = lounge(&mut test, &ada);
    let bob = test.member(&ada, "Bob");
    let invite = test.new_invite();
    // Used up, so there is nothing left of it to take back.
    test.must(&bob, for_guests(&invite, terms(channel), Some(1)));
    let gil = test.new_person("Gil");
    test.join_by(&invite, &gil).unwrap();
    test.must(&ada, Action::MemberRemoved { user: bob.user });
    assert_eq!(test.community.guest_terms(&gil.user, NOW), None);
}

#[test]
fn the_terms_have_bounds() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Speak]);
    let channel = lounge(&mut test, &ada);
    let text = test.channel(&ada, Readers::Everyone);
    let good = terms(channel);
    let long = GuestTerms {
        until: NOW + MAX_GUEST_TIME + 1,
        ..good
    };
    let past = GuestTerms { until: NOW, ..good };
    for (terms, most, expected) in [
        (terms(text), Some(1), Rejection::UnknownChannel),
        (good, None, Rejection::TooMany),
        (good, Some(0), Rejection::TooMany),
        (good, Some(MAX_GUESTS_PER_INVITE + 1), Rejection::TooMany),
        (long, Some(1), Rejection::InviteExpired),
        (past, Some(1), Rejection::InviteExpired),
    ] {
        let invite = test.new_invite();
        let action = for_guests(&invite, terms, most);
        assert_eq!(test.refused(&ada, action), expected, "{terms:?} {most:?}");
    }
    let invite = test.new_invite();
    let mut other_end = for_guests(&invite, good, Some(1));
    if let Action::InviteMade { expires_at, .. } = &mut other_end {
        *expires_at = None;
    }
    assert_eq!(test.refused(&ada, other_end), Rejection::InviteExpired);
}

#[test]
fn nobody_lets_others_in_where_they_may_not_be_or_without_the_right_to_invite() {
    let (mut test, ada) = TestCommunity::founded_with(&[Permission::Speak]);
    let channel = lounge(&mut test, &ada);
    let bob = test.member(&ada, "Bob");
    let permission = Permission::Invite;
    let action = for_guests(&test.new_invite(), terms(channel), Some(1));
    assert_eq!(
        test.refused(&bob, action),
        Rejection::NotPermitted { permission }
    );
    let (mut test, ada) = TestCommunity::founded_with(&[]);
    let channel = lounge(&mut test, &ada);
    let bob = test.member_with(&ada, "Bob", &[Permission::Invite]);
    let action = for_guests(&test.new_invite(), terms(channel), Some(1));
    assert_eq!(test.refused(&bob, action), Rejection::UnknownChannel);
}

#[test]
fn a_guest_has_no_members_name_and_takes_none() {
    let (mut test, ada, channel, _, _) = with_guest();
    let invite = test.new_invite();
    test.must(&ada, for_guests(&invite, terms(channel), Some(2)));
    let false_ada = test.new_person("ada");
    assert_eq!(test.join_by(&invite, &false_ada), Err(Rejection::NameTaken));
    test.member(&ada, "Gil");
}

#[test]
fn guests_are_in_a_checkpoint() {
    let (test, _, channel, _, gil) = with_guest();
    let again = Community::from_checkpoint(&test.community.to_checkpoint()).unwrap();
    assert!(again == test.community);
    assert!(again.may_be_in_call(&gil.user, &channel, NOW));
}
