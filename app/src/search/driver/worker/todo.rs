//! What is not in the index yet: stretches of channels that are to be read, those of the beginning and those that
//! changed since.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::driver::keeper::journal::Stretch;

/// What is to be read.
#[derive(Default)]
pub(super) struct Todo {
    stretches: VecDeque<Stretch>,
    /// How many stretches there were, those that were read among them.
    begun: usize,
    /// Records of what changed that are in `stretches`, or read.
    taken: Vec<String>,
    /// Whether it is in the store as it is.
    is_kept: bool,
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptTodo {
    stretches: Vec<(String, u64, u64)>,
    begun: usize,
}

impl Todo {
    /// Everything there is: the stretches of each channel, the newest first. The channels take turns.
    pub(super) fn all(places: Vec<Vec<Stretch>>) -> Self {
        let mut todo = Self::default();
        let mut places: Vec<_> = places.into_iter().map(Vec::into_iter).collect();
        loop {
            let before = todo.stretches.len();
            todo.stretches
                .extend(places.iter_mut().filter_map(Iterator::next));
            if todo.stretches.len() == before {
                break;
            }
        }
        todo.begun = todo.stretches.len();
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
            self.begun = self.begun.saturating_add(1);
            self.stretches.push_front(stretch);
        }
    }

    /// The next stretch to read.
    pub(super) fn next(&mut self) -> Option<Stretch> {
        let next = self.stretches.pop_front()?;
        self.is_kept = false;
        Some(next)
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
        let left = self.stretches.len();
        if left == 0 {
            return 100;
        }
        let done = self.begun.saturating_sub(left).saturating_mul(100) / self.begun.max(1);
        // The last percent is shown when it is done.
        u64::try_from(done).unwrap_or_default().min(99)
    }
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
        let a = vec![
            stretch("a", 16, 25),
            stretch("a", 6, 15),
            stretch("a", 1, 5),
        ];
        let mut todo = Todo::all(vec![a, vec![stretch("b", 5, 9)]]);
        assert_eq!(todo.percent(), 0);
        assert_eq!(todo.next(), Some(stretch("a", 16, 25)));
        assert_eq!(todo.next(), Some(stretch("b", 5, 9)));
        assert_eq!(todo.percent(), 50);
        let mut todo = Todo::from_kept(todo.to_kept());
        assert_eq!(todo.percent(), 50, "it goes on where it was");
        todo.take_news("1".to_owned(), vec![stretch("b", 10, 10)]);
        assert_eq!(
            todo.next(),
            Some(stretch("b", 10, 10)),
            "what is new comes first"
        );
        assert_eq!(todo.next(), Some(stretch("a", 6, 15)));
        assert_eq!(todo.next(), Some(stretch("a", 1, 5)));
        assert_eq!((todo.next(), todo.percent()), (None, 100));
    }
}
