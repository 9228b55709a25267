//! Who came into a call and who left it, between two looks at the roster.

/// What is to be heard of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arrivals {
    pub came: bool,
    pub left: bool,
}

/// Compares two rosters of one call, without oneself.
pub fn between<T: PartialEq>(before: &[T], now: &[T]) -> Arrivals {
    Arrivals {
        came: now.iter().any(|one| !before.contains(one)),
        left: before.iter().any(|one| !now.contains(one)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrivals, between};

    #[test]
    fn who_is_still_there_makes_no_sound() {
        assert_eq!(between(&[1, 2], &[2, 1]), Arrivals::default());
        assert!(between(&[1], &[1, 2]).came);
        assert!(between(&[1, 2], &[1]).left);
        let changed = Arrivals {
            came: true,
            left: true,
        };
        assert_eq!(between(&[1], &[2]), changed);
    }
}
