//! What was allowed at every earlier place is remembered as it was.

use parley_protocol::community::Community;
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
            let last = (1..).zip(&states).filter(|(_, it)| could_there(it, channel, device));
            let last = last.map(|(place, _)| place).max().unwrap_or(0);
            for place in 1..=end.head().seq {
                let could = end.could_write(channel, device, end.head().seq, place);
                prop_assert_eq!(could, could_there(end, channel, device));
                if end.readers_shrank_at(channel) <= place {
                    let could = end.could_write(channel, device, place, place);
                    prop_assert_eq!(could, last >= place, "{} of {}", place, last);
                }
            }
        }
    }
}
