//! What a member may do to others by calling them: little.

use parley_client::ringing::{About, RingSays};
use parley_protocol::ids::{ChannelId, DeviceId};

use super::world::{TALK, World};

fn room(number: u16) -> ChannelId {
    let mut bytes = [9; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    ChannelId::from_bytes(bytes)
}

#[test]
fn a_member_who_calls_in_a_loop_is_heard_a_few_times() {
    let mut world = World::new(&[1, 2], 1);
    for _ in 0..100 {
        world.call(0);
        world.run(1_500);
        world.hang_up(0);
        world.run(500);
    }
    assert_eq!(world.phones[1].rang.len(), 6);
    world.run(11 * 60_000);
    world.call(0);
    world.run(1_500);
    assert!(world.rings(1), "later one can call again");
}

#[test]
fn rings_of_a_thousand_calls_at_once_are_not_kept() {
    let mut world = World::new(&[1, 2], 2);
    for number in 0..1_000 {
        let about = About {
            conversation: TALK,
            room: room(number),
        };
        world.forge(0, 1, about, RingSays::Ring);
    }
    assert!(
        world.incoming(1).is_empty(),
        "no caller says that they are on"
    );
    let asked = world.phones[0].heard.len();
    world.run(100);
    let asked = world.phones[0].heard.len() - asked;
    assert!(asked <= 3, "{asked}");
}

#[test]
fn questions_and_answers_without_a_call_are_answered_for_a_while_only() {
    let mut world = World::new(&[1, 2], 3);
    for number in 0..1_000 {
        let about = About {
            conversation: TALK,
            room: room(number),
        };
        world.forge(0, 1, about, RingSays::Answer);
        world.forge(0, 1, about, RingSays::Hear { nonce: 1 });
    }
    world.run(100);
    let answers = world.phones[0].heard.len();
    assert!(answers <= 60, "{answers}");
}

#[test]
fn a_third_one_can_neither_take_nor_end_a_call() {
    let mut world = World::new(&[1, 2, 3], 4);
    let talk = world.add_conversation(0x31, &[1, 2]);
    let room = world.call_in(0, talk);
    world.run(1_000);
    let about = About {
        conversation: talk,
        room,
    };
    for says in [
        RingSays::Answer,
        RingSays::Decline,
        RingSays::Busy,
        RingSays::Left,
        RingSays::Over,
        RingSays::Stop { answered: true },
    ] {
        world.forge(2, 0, about, says);
        world.forge(2, 1, about, says);
    }
    assert!(world.rings(1));
    world.answer(1);
    world.run(1_000);
    let by = DeviceId::from_bytes([9; 16]);
    for says in [RingSays::Over, RingSays::Left, RingSays::Taken { by }] {
        world.forge(2, 0, about, says);
        world.forge(2, 1, about, says);
    }
    assert!(world.talks(0) && world.talks(1));
}

#[test]
fn a_device_that_is_removed_rings_no_more_and_talks_no_more() {
    let mut world = World::new(&[1, 2], 5);
    world.call(0);
    world.run(1_000);
    let caller = world.phones[0].me.device;
    let now = world.now;
    world.phones[1]
        .ringing
        .drop_gone(|device| *device != caller, now);
    assert!(!world.rings(1));

    let mut world = World::new(&[1, 2], 6);
    world.call(0);
    world.run(1_000);
    world.answer(1);
    world.run(1_000);
    let gone = world.phones[1].me.device;
    let now = world.now;
    world.phones[0]
        .ringing
        .drop_gone(|device| *device != gone, now);
    world.run(10);
    assert_eq!(world.state(0), None);
}
