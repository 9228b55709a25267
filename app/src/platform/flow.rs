//! Whether packets still come from somebody who sends all the time. Pure; who looks is in `speech_watch`.

/// Without a packet for this long something may be wrong, in milliseconds: far more than one lost in a row.
const BRIEF: u64 = 400;
/// Without one for this long the path is taken for gone. A browser needs five times as long to say so.
const LASTING: u64 = 800;

/// How long nothing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    Brief,
    Lasting,
}

/// Packets of one sender.
#[derive(Debug, Default)]
pub(super) struct Flow {
    last: Option<u64>,
    told: Option<Silence>,
}

impl Flow {
    /// After one look, at a time in milliseconds: a silence that was not told of yet. Nothing is expected before the
    /// first packet.
    pub(super) fn look(&mut self, is_new: bool, now: u64) -> Option<Silence> {
        if is_new {
            self.last = Some(now);
            self.told = None;
            return None;
        }
        let silent = now.saturating_sub(self.last?);
        let silence = match silent {
            LASTING.. => Silence::Lasting,
            BRIEF.. => Silence::Brief,
            _ => return None,
        };
        if self.told >= Some(silence) {
            return None;
        }
        self.told = Some(silence);
        Some(silence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_silence_is_told_once_and_again_after_a_sound() {
        let mut flow = Flow::default();
        assert_eq!(flow.look(false, 5_000), None);
        for round in 0..3 {
            let start = 10_000 + round * 10_000;
            assert_eq!(flow.look(true, start), None);
            let told: Vec<_> = (1..40)
                .filter_map(|n| Some((n * 80, flow.look(false, start + n * 80)?)))
                .collect();
            assert_eq!(told, [(400, Silence::Brief), (800, Silence::Lasting)]);
        }
    }

    #[test]
    fn a_page_that_slept_tells_the_longer_one_alone() {
        let mut flow = Flow::default();
        flow.look(true, 1_000);
        assert_eq!(flow.look(false, 60_000), Some(Silence::Lasting));
        assert_eq!(flow.look(false, 60_080), None);
    }
}
