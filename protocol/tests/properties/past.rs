//! What was allowed at earlier sequence numbers is remembered as it was.

use parley_protocol::community::Community;
use parley_protocol::entry::{Permission, Readers};
use parley_protocol::ids::{ChannelId, DeviceId};
use proptest::prelude::*;

use super::agreement::story;
use crate::support::storm::Storm;

/// The community after each entry.
fn states(storm: &Storm) -> Vec<Community> {
    let (first, rest) = storm.test.log.split_first().expect("genesis");
    let mut states = vec![Community::found(first).expect("founded")];
    for entry in rest {
        let mut next = states.last().expect("one").clone();
        next.apply(entry).expect("was accepted before");
        states.push(next);
    }
    states
}

fn could_there(state: &Community, channel: &ChannelId, device: &DeviceId) -> bool {
    state
        .active_device(device)
        .is_some_and(|found| state.may_write(&found.user, channel))
}

fn may_delete(state: &Community, channel: &ChannelId, by: &DeviceId, author: &DeviceId) -> bool {
    let author = state.devices().get(author).map(|author| author.user);
    state.active_device(by).is_some_and(|found| {
        let is_own = Some(found.user) == author;
        let moderates = state.may(&found.user, Permission::ModerateMessages);
        state.may_read(&found.user, channel) && (is_own || moderates)
    })
}

/// The sequence numbers at which a channel lost a reader, or a device of one.
fn losses(states: &[Community], channel: &ChannelId) -> Vec<u64> {
    let readers = |state: &Community| {
        state
            .channels()
            .get(channel)
            .map(|it| it.details.readers.clone())
    };
    let lost = |before: &Community, after: &Community| {
        let narrower = readers(before).is_some_and(|before| {
            let after = readers(after).expect("channels stay");
            before != after && after != Readers::Everyone
        });
        let device = before
            .reader_devices(channel)
            .any(|(id, _)| !after.reader_devices(channel).any(|(other, _)| other == id));
        let member = before
            .members()
            .keys()
            .any(|user| before.may_read(user, channel) && !after.may_read(user, channel));
        narrower || device || member
    };
    let pairs = (2..).zip(states.iter().zip(states.iter().skip(1)));
    pairs
        .filter(|(_, (before, after))| lost(before, after))
        .map(|(place, _)| place)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_message_counts_where_a_relay_could_have_taken_it(bytes in story()) {
        let storm = Storm::run(&bytes);
        let states = states(&storm);
        let end = states.last().expect("one");
        for (channel, device) in end.channels().keys().flat_map(|channel| {
            end.devices().keys().map(move |device| (channel, device))
        }) {
            let losses = losses(&states, channel);
            prop_assert_eq!(end.readers_shrank_at(channel), losses.last().copied().unwrap_or(0));
            for place in 1..=end.head().seq {
                let could = end.could_write(channel, device, end.head().seq, place);
                prop_assert_eq!(could, could_there(end, channel, device));

                let lost = losses.iter().find(|loss| **loss > place).copied();
                let retired_at = lost.unwrap_or(u64::MAX);
                let expected = (1..)
                    .zip(&states)
                    .filter(|(at, _)| *at >= place && *at < retired_at)
                    .any(|(_, state)| could_there(state, channel, device));
                let could = end.could_write(channel, device, place, place);
                prop_assert_eq!(could, expected, "{} before {}", place, retired_at);
                if could_there(end, channel, device) {
                    let over = end.is_session_over(channel, device, place, retired_at);
                    prop_assert_eq!(over, lost.is_some());
                    prop_assert!(!end.is_session_over(channel, device, place, retired_at - 1));
                }
            }
        }
    }

    #[test]
    fn who_could_delete_is_remembered(bytes in story()) {
        let storm = Storm::run(&bytes);
        let states = states(&storm);
        let end = states.last().expect("one");
        for ((channel, by), author) in end.channels().keys().flat_map(|channel| {
            let pairs = end.devices().keys().map(move |by| (channel, by));
            pairs.flat_map(|pair| end.devices().keys().map(move |author| (pair, author)))
        }) {
            for (seq, state) in (1..).zip(&states) {
                let knows_author = state.devices().contains_key(author);
                let could = end.could_delete(channel, by, author, seq);
                if knows_author {
                    prop_assert_eq!(could, may_delete(state, channel, by, author));
                }
            }
            prop_assert!(!end.could_delete(channel, by, author, end.head().seq + 1));
        }
    }
}
