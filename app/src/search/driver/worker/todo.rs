//! What is not in the index yet: stretches of channels that are to be read, those of the beginning and those that
//! changed since.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::driver::keeper::journal::Stretch;

/// What is to be read.
#[derive(Default)]
pub(super) struct Todo {
    stretches: VecDeque<Stretch>,
    /// How many items there were to read when the last one was added, or so.
    begun: u64,
    /// Records of what changed that are in `stretches`, or read.
    taken: Vec<String>,
    /// Whether it is in the store as it is.
    is_kept: bool,
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptTodo {
    stretches: Vec<(String, u64, u64)>,
    begun: u64,
}

impl Todo {
    /// Everything there is, by the first and the last number of each channel.
    pub(super) fn all(stretches: Vec<Stretch>) -> Self {
        let mut todo = Self::default();
        todo.stretches.extend(stretches);
        todo.begun = todo.left();
        todo
    }

    pub(super) fn from_kept(kept: KeptTodo) -> Self {
        let begun = if kept.stretches.is_empty() {
            0
        } else {
            kept.begun
        };
        let stretches = kept.stretches.into_iter();
        let stretches = stretches.map(|(place, first, last)| Stretch { place, first, last });
        Self {
            stretches: stretches.collect(),
            begun,
            taken: Vec::new(),
            is_kept: true,
        }
    }

    pub(super) fn to_kept(&self) -> KeptTodo {
        let stretches = self.stretches.iter();
        let stretches = stretches.map(|it| (it.place.clone(), it.first, it.last));
        KeptTodo {
            stretches: stretches.collect(),
            begun: self.begun,
        }
    }

    /// Whether that record of what changed was taken in already.
    pub(super) fn has_taken(&self, name: &str) -> bool {
        self.taken.iter().any(|taken| taken == name)
    }

    /// What changed is read before the rest.
    pub(super) fn take_news(&mut self, name: String, stretches: Vec<Stretch>) {
        self.taken.push(name);
        self.is_kept = false;
        for stretch in stretches {
            self.begun = self.begun.saturating_add(length(&stretch));
            self.stretches.push_front(stretch);
        }
    }

    /// The next stretch to read, the newest part of it; the channels take turns.
    pub(super) fn next(&mut self, most: u64) -> Option<Stretch> {
        let Stretch { place, first, last } = self.stretches.pop_front()?;
        self.is_kept = false;
        let from = last.saturating_sub(most.saturating_sub(1)).max(first);
        if from > first {
            self.stretches.push_back(Stretch {
                place: place.clone(),
                first,
                last: from - 1,
            });
        }
        Some(Stretch {
            place,
            first: from,
            last,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    pub(super) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// It was kept, and the records that it was made of are gone.
    pub(super) fn set_kept(&mut self) {
        self.is_kept = true;
        self.taken.clear();
        if self.stretches.is_empty() {
            self.begun = 0;
        }
    }

    /// Records that are not needed any more once it is kept.
    pub(super) fn taken(&self) -> &[String] {
        &self.taken
    }

    /// How much of it is done.
    pub(super) fn percent(&self) -> u64 {
        let left = self.left();
        if left == 0 {
            return 100;
        }
        let done = self.begun.saturating_sub(left);
        // The last percent is shown when it is done.
        (done.saturating_mul(100) / self.begun.max(1)).min(99)
    }

    fn left(&self) -> u64 {
        self.stretches
            .iter()
            .map(length)
            .fold(0, u64::saturating_add)
    }
}

fn length(stretch: &Stretch) -> u64 {
    let between = stretch.last.saturating_sub(stretch.first);
    between.saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::{Stretch, Todo};

    fn stretch(place: &str, first: u64, last: u64) -> Stretch {
        Stretch {
            place: place.to_owned(),
            first,
            last,
        }
    }

    #[test]
    fn channels_take_turns_from_their_newest_items_on() {
        let mut todo = Todo::all(vec![stretch("a", 1, 25), stretch("b", 5, 9)]);
        assert_eq!(todo.percent(), 0);
        assert_eq!(todo.next(10), Some(stretch("a", 16, 25)));
        assert_eq!(todo.next(10), Some(stretch("b", 5, 9)));
        assert_eq!(todo.percent(), 50);
        let mut todo = Todo::from_kept(todo.to_kept());
        assert_eq!(todo.percent(), 50, "it goes on where it was");
        todo.take_news("1".to_owned(), vec![stretch("b", 10, 10)]);
        assert_eq!(
            todo.next(10),
            Some(stretch("b", 10, 10)),
            "what is new comes first"
        );
        assert_eq!(todo.next(10), Some(stretch("a", 6, 15)));
        assert_eq!(todo.next(10), Some(stretch("a", 1, 5)));
        assert_eq!((todo.next(10), todo.percent()), (None, 100));
    }
}
