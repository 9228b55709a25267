//! Numbers that look random and are the same for the same seed (`SplitMix64`). Every use has its own dice, so
//! that one roll more in one place changes nothing elsewhere.

#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice for one purpose.
    pub(super) fn of(purpose: &[u64]) -> Self {
        let mut dice = Self(0x5EED);
        for number in purpose {
            dice.0 ^= number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            dice.0 = dice.roll();
        }
        dice
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of several, if there are any.
    pub(super) fn one_of<'a, T>(&mut self, many: &'a [T]) -> Option<&'a T> {
        many.get(usize::try_from(self.below(many.len() as u64)).ok()?)
    }

    pub(super) fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        for chunk in seed.chunks_mut(8) {
            chunk.copy_from_slice(&self.roll().to_le_bytes());
        }
        seed
    }
}
