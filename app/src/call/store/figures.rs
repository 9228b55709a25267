//! How a connection is now, and how it was in the last minutes. Pure: what a page shows, and how good that is.

/// How long the past goes back, in milliseconds.
pub const PAST: f64 = 300_000.0;
/// More moments than this are never kept, however often somebody looks.
const MOST: usize = 200;

/// How the sound of a peer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// From browser to browser.
    Direct,
    /// Through the relay, which cannot hear it.
    Relayed,
}

/// The connection to one other device, measured over the last seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// How the sound travels, once known.
    pub path: Option<Path>,
    /// There and back, in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// Of their sound, 0 to 1.
    pub loss: Option<f64>,
    /// Of mine, as they say, 0 to 1.
    pub loss_there: Option<f64>,
    /// How unevenly their packets come, in milliseconds.
    pub jitter_ms: Option<f64>,
    /// How long their sound waits here before it is played, in milliseconds.
    pub buffered_ms: Option<f64>,
    /// What comes in, in bits a second.
    pub incoming: Option<f64>,
    /// What goes out, in bits a second.
    pub outgoing: Option<f64>,
    /// How their sound is packed: `audio/opus`.
    pub codec: Option<String>,
    /// How it is encrypted.
    pub cipher: Option<String>,
}

/// One look at a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub at: f64,
    pub round_trip_ms: Option<f64>,
    /// The worse of both ways, 0 to 1.
    pub loss: Option<f64>,
}

impl Figures {
    /// Lost packets of the way that loses more, 0 to 1.
    pub fn worse_loss(&self) -> Option<f64> {
        self.loss
            .into_iter()
            .chain(self.loss_there)
            .reduce(f64::max)
    }

    /// What is remembered of it.
    pub fn moment(&self, at: f64) -> Moment {
        Moment {
            at,
            round_trip_ms: self.round_trip_ms,
            loss: self.worse_loss(),
        }
    }

    /// How good it is, while it is connected: 1 to 3.
    pub fn bars(&self) -> u8 {
        let delay = self.round_trip_ms.unwrap_or(0.0);
        let jitter = self.jitter_ms.unwrap_or(0.0);
        let loss = self.worse_loss().unwrap_or(0.0);
        match () {
            () if delay > 350.0 || loss > 0.08 || jitter > 100.0 => 1,
            () if delay > 180.0 || loss > 0.02 || jitter > 40.0 => 2,
            () => 3,
        }
    }
}

/// Adds a moment, and lets go of what is too long ago.
pub fn remember(past: &mut Vec<Moment>, moment: Moment) {
    past.push(moment);
    let first = past
        .iter()
        .position(|old| old.at > moment.at - PAST)
        .unwrap_or(0)
        .max(past.len().saturating_sub(MOST));
    past.drain(..first);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(round_trip_ms: f64, loss: f64) -> Figures {
        Figures {
            round_trip_ms: Some(round_trip_ms),
            loss: Some(loss),
            ..Figures::default()
        }
    }

    #[test]
    fn delay_loss_and_unevenness_all_count() {
        let bars = Figures::bars;
        assert_eq!(bars(&figures(20.0, 0.0)), 3);
        assert_eq!(bars(&figures(200.0, 0.0)), 2);
        assert_eq!(bars(&figures(20.0, 0.1)), 1);
        let uneven = Figures {
            jitter_ms: Some(60.0),
            ..figures(20.0, 0.0)
        };
        assert_eq!(bars(&uneven), 2);
        let they_lose = Figures {
            loss_there: Some(0.2),
            ..figures(20.0, 0.0)
        };
        assert_eq!(bars(&they_lose), 1);
    }

    #[test]
    fn the_past_is_bounded_in_time_and_in_number() {
        let mut past = Vec::new();
        for second in 0..10_000 {
            let at = f64::from(second) * 2_000.0;
            remember(&mut past, figures(20.0, 0.0).moment(at));
            assert!(past.len() <= MOST);
            assert!(past[0].at > at - PAST);
        }
        assert_eq!(past.len(), 150);
        for at in 0..10_000 {
            remember(&mut past, figures(20.0, 0.0).moment(2e7 + f64::from(at)));
            assert!(past.len() <= MOST);
        }
        // A clock that was set back keeps nothing for ever.
        remember(&mut past, figures(20.0, 0.0).moment(0.0));
        assert!(past.len() <= MOST);
    }
}
