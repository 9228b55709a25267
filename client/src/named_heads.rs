//! Which entry of the community log was known by when in a channel: what was written later cannot have been
//! taken by the relay before. Only heads that stand in our log come in here.

use parley_protocol::map::IdMap;

/// The newest head named up to each sequence number of a channel. Heads and sequence numbers rise together, so there are never
/// more of them than entries in the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct NamedHeads {
    head_by_seq: IdMap<u64, u64>,
}

impl NamedHeads {
    /// What stands at `seq` in the channel names `head`. If that says more than was known: the sequence number after which
    /// it does, and the last for which it does.
    pub(crate) fn note(&mut self, seq: u64, head: u64) -> Option<(u64, u64)> {
        if head <= self.before(seq.saturating_add(1)) {
            return None;
        }
        let mut last = u64::MAX;
        while let Some((next, named)) = self.first_after(seq) {
            if named >= head {
                last = next;
            }
            if named > head {
                break;
            }
            self.head_by_seq.remove(&next);
            if named == head {
                break;
            }
        }
        self.head_by_seq.insert(seq, head);
        Some((seq, last))
    }

    /// The newest head that anything before `seq` names. 0 if nothing does.
    pub(crate) fn before(&self, seq: u64) -> u64 {
        self.head_by_seq
            .range(..seq)
            .next_back()
            .map_or(0, |(_, head)| *head)
    }

    fn first_after(&self, seq: u64) -> Option<(u64, u64)> {
        let mut later = self.head_by_seq.range(seq.checked_add(1)?..);
        later.next().map(|(seq, head)| (*seq, *head))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_answers_as_a_look_at_everything_would(
            named in proptest::collection::vec((1..40_u64, 0..20_u64), 0..60),
        ) {
            let mut heads = NamedHeads::default();
            for (count, (seq, head)) in (1..).zip(&named) {
                let was: Vec<u64> = (0..45).map(|before| heads.before(before)).collect();
                let rose = heads.note(*seq, *head);
                for (before, was) in (0..45).zip(was) {
                    let within = rose.is_some_and(|(after, last)| after < before && before <= last);
                    prop_assert_eq!(within, heads.before(before) != was);
                    let earlier = named.iter().take(count).filter(|(seq, _)| *seq < before);
                    let newest = earlier.map(|(_, head)| *head).max().unwrap_or(0);
                    prop_assert_eq!(heads.before(before), newest);
                }
            }
            prop_assert!(heads.head_by_seq.len() <= 20);
        }
    }
}
