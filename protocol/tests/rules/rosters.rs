//! What the log makes of a roster, whoever wrote it.

use parley_protocol::entry::{Action, CallOrder, Permission, Readers};
use parley_protocol::ids::{CallSessionId, ChannelId};
use parley_protocol::voice::{Participant, Roster, VoiceState};

use super::calls::{order, restrict, rules, speaker};
use crate::support::{NOW, Person, TestCommunity, TestDevice, remove};

fn seat(person: &Person, device: &TestDevice, stay: u8) -> Participant {
    Participant {
        device: device.id,
        user: person.user,
        session: CallSessionId::from_bytes([stay; 16]),
        state: VoiceState {
            speaking: true,
            ..VoiceState::default()
        },
    }
}

fn roster(channel: ChannelId, people: &[&Person]) -> Roster {
    let seats = people.iter().zip(1..);
    Roster {
        channel,
        participants: seats
            .map(|(person, stay)| seat(person, &person.device, stay))
            .collect(),
    }
}

#[test]
fn nobody_is_heard_because_a_roster_says_so() {
    let (mut test, ada) = TestCommunity::founded();
    let lounge = test.voice(&ada, Readers::Everyone);
    let people: Vec<Person> = ["Bob", "Cleo", "Dora", "Emil"]
        .into_iter()
        .map(|name| test.member(&ada, name))
        .collect();
    let [bob, cleo, dora, emil] = people.as_slice() else {
        unreachable!("four people")
    };
    test.must(&ada, restrict(bob, true, false));
    test.must(&ada, restrict(cleo, false, true));
    test.must(&ada, remove(dora));
    let told = roster(lounge, &[&ada, bob, cleo, dora, emil]);
    let heard = |test: &TestCommunity, person: &Person| {
        let id = &person.device.id;
        let community = &test.community;
        (
            community.may_speak(id, &told, NOW),
            community.may_hear(id, &told, NOW),
        )
    };
    assert_eq!(heard(&test, &ada), (true, true));
    assert_eq!(heard(&test, bob), (false, true), "muted");
    assert_eq!(heard(&test, cleo), (false, false), "deafened");
    assert_eq!(heard(&test, dora), (false, false), "removed");
    assert_eq!(heard(&test, emil), (true, true));
    let absent = roster(lounge, &[&ada]);
    assert!(!test.community.may_speak(&emil.device.id, &absent, NOW));

    let checked = test.community.checked_roster(&told, NOW);
    let shown: Vec<_> = checked
        .participants
        .iter()
        .map(|one| (one.state.speaking, one.state.muted, one.state.deafened))
        .collect();
    let open = (true, false, false);
    assert_eq!(
        shown,
        [open, (false, true, false), (false, true, true), open]
    );
    assert_eq!(test.community.checked_roster(&checked, NOW), checked);

    test.must(&ada, rules(lounge, None, true));
    assert_eq!(heard(&test, emil), (false, true), "in the audience");
    test.must(&ada, speaker(lounge, emil.user, true));
    assert_eq!(heard(&test, emil), (true, true));
}

#[test]
fn a_stay_that_was_ended_is_over_and_the_next_one_is_not() {
    let (mut test, ada) = TestCommunity::founded();
    let lounge = test.voice(&ada, Readers::Everyone);
    let bob = test.member(&ada, "Bob");
    let before = roster(lounge, &[&ada, &bob]);
    let end = CallOrder::End {
        device: bob.device.id,
        stay: before.participants[1].session,
        to: None,
    };
    test.must(&ada, order(end));
    assert!(!test.community.may_speak(&bob.device.id, &before, NOW));
    assert_eq!(test.community.admitted(&before, NOW).count(), 1);
    let after = Roster {
        channel: lounge,
        participants: vec![seat(&bob, &bob.device, 9)],
    };
    assert!(test.community.may_speak(&bob.device.id, &after, NOW));
}

#[test]
fn a_full_channel_takes_moderators_and_second_devices() {
    let (mut test, ada) = TestCommunity::founded();
    let lounge = test.voice(&ada, Readers::Everyone);
    let (bob, cleo) = (test.member(&ada, "Bob"), test.member(&ada, "Cleo"));
    let dora = test.member_with(&ada, "Dora", &[Permission::ModerateCalls]);
    let phone = test.second_device(&bob);
    test.must(&ada, rules(lounge, Some(1), false));
    let mut told = roster(lounge, &[&bob, &cleo, &dora]);
    told.participants.push(seat(&bob, &phone, 9));
    let admitted: Vec<_> = test
        .community
        .admitted(&told, NOW)
        .map(|it| it.device)
        .collect();
    assert_eq!(admitted, [bob.device.id, dora.device.id, phone.id]);
    // Another order of the relay's lets in somebody else, but not more.
    told.participants.swap(0, 1);
    let admitted: Vec<_> = test
        .community
        .admitted(&told, NOW)
        .map(|it| it.device)
        .collect();
    assert_eq!(admitted, [cleo.device.id, dora.device.id]);
}

#[test]
fn nobody_may_be_in_what_is_no_voice_channel() {
    let (mut test, ada) = TestCommunity::founded();
    let text = test.channel(&ada, Readers::Everyone);
    let lounge = test.voice(&ada, Readers::Everyone);
    assert_eq!(
        test.community.admitted(&roster(text, &[&ada]), NOW).count(),
        0
    );
    assert_eq!(
        test.community
            .admitted(&roster(lounge, &[&ada]), NOW)
            .count(),
        1
    );
    test.must(&ada, Action::ChannelArchived { channel: lounge });
    assert_eq!(
        test.community
            .admitted(&roster(lounge, &[&ada]), NOW)
            .count(),
        0
    );
}
