//! One line of the table as values: what was measured, and whether that is
//! within its budget. How it is written down is `table`'s business.

/// One measured thing.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub what: String,
    pub unit: &'static str,
    pub parley: f64,
    pub peer: Peer,
    pub limits: Vec<Limit>,
}

/// The same thing, measured at the peer.
#[derive(Debug, Clone)]
pub(super) enum Peer {
    /// There is nobody to compare with.
    None,
    Measured {
        name: String,
        value: f64,
    },
    /// The peer is not installed; how to change that.
    Missing(String),
}

/// What a line must hold to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    /// Parley's value, in the line's unit.
    AtMost(f64),
    AtLeast(f64),
    /// Parley's value divided by the peer's.
    RatioAtMost(f64),
    RatioAtLeast(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Within,
    Over,
    /// Only the peer could tell.
    Unknown,
}

impl Line {
    /// Parley's value divided by the peer's.
    pub(super) fn ratio(&self) -> Option<f64> {
        match &self.peer {
            Peer::Measured { value, .. } if *value > 0.0 => Some(self.parley / value),
            Peer::Measured { .. } | Peer::None | Peer::Missing(_) => None,
        }
    }

    /// Whether all limits hold.
    pub(super) fn verdict(&self) -> Verdict {
        let verdicts = self.limits.iter().map(|limit| self.holds(*limit));
        verdicts.fold(Verdict::Within, |so_far, next| match (so_far, next) {
            (Verdict::Over, _) | (_, Verdict::Over) => Verdict::Over,
            (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
            (Verdict::Within, Verdict::Within) => Verdict::Within,
        })
    }

    fn holds(&self, limit: Limit) -> Verdict {
        let holds = match limit {
            Limit::AtMost(most) => Some(self.parley <= most),
            Limit::AtLeast(least) => Some(self.parley >= least),
            Limit::RatioAtMost(most) => self.ratio().map(|ratio| ratio <= most),
            Limit::RatioAtLeast(least) => self.ratio().map(|ratio| ratio >= least),
        };
        match holds {
            Some(true) => Verdict::Within,
            Some(false) => Verdict::Over,
            None => Verdict::Unknown,
        }
    }
}

/// The middle one of several measurements.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(peer: Peer, limits: &[Limit]) -> Line {
        Line {
            what: "messages".into(),
            unit: "/s",
            parley: 30.0,
            peer,
            limits: limits.to_vec(),
        }
    }

    fn measured(value: f64) -> Peer {
        Peer::Measured {
            name: "peer".into(),
            value,
        }
    }

    #[test]
    fn every_limit_must_hold() {
        let both = [Limit::AtMost(40.0), Limit::RatioAtLeast(3.0)];
        assert_eq!(line(measured(10.0), &both).verdict(), Verdict::Within);
        assert_eq!(line(measured(11.0), &both).verdict(), Verdict::Over);
        assert_eq!(
            line(Peer::None, &[Limit::AtLeast(31.0)]).verdict(),
            Verdict::Over
        );
        assert_eq!(
            line(measured(100.0), &[Limit::RatioAtMost(0.2)]).verdict(),
            Verdict::Over
        );
    }

    #[test]
    fn a_missing_peer_leaves_a_ratio_open_but_not_a_size() {
        let missing = || Peer::Missing("apt-get install peer".into());
        let both = [Limit::AtMost(20.0), Limit::RatioAtLeast(3.0)];
        assert_eq!(line(missing(), &both[1..]).verdict(), Verdict::Unknown);
        assert_eq!(line(missing(), &both).verdict(), Verdict::Over);
        assert_eq!(
            line(Peer::None, &[Limit::AtMost(30.0)]).verdict(),
            Verdict::Within
        );
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(Vec::new()), None);
    }
}
