//! What a start does not need: read from its records when somebody first looks.

use std::cell::OnceCell;
use std::ops::{Deref, DerefMut};

use super::Record;

/// Something that is made of records.
pub(crate) trait Restored {
    /// What it is made with beside its records.
    type With: Copy;

    /// Whether a record is one of its own.
    fn is_made_of(record: &Record) -> bool;

    /// Makes it of its own records. A record that cannot be read is left out.
    fn restore(with: Self::With, records: &[Record]) -> Self;
}

/// A value that is made of its records when it is first looked at. A program that is loaded in parts needs what reads
/// them no earlier.
pub(crate) struct OnDemand<T: Restored> {
    with: T::With,
    records: Vec<Record>,
    value: OnceCell<T>,
}

impl<T: Restored> OnDemand<T> {
    /// Keeps its records, out of all of them.
    pub(crate) fn of(with: T::With, records: &[Record]) -> Self {
        let own = records.iter().filter(|record| T::is_made_of(record));
        Self {
            with,
            records: own.cloned().collect(),
            value: OnceCell::new(),
        }
    }

    /// The value, if somebody has looked at it.
    pub(crate) fn seen(&self) -> Option<&T> {
        self.value.get()
    }

    /// The value to be changed, if somebody has looked at it.
    pub(crate) fn seen_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }
}

impl<T: Restored> Deref for OnDemand<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value
            .get_or_init(|| T::restore(self.with, &self.records))
    }
}

impl<T: Restored> DerefMut for OnDemand<T> {
    fn deref_mut(&mut self) -> &mut T {
        let records = std::mem::take(&mut self.records);
        self.value.get_or_init(|| T::restore(self.with, &records));
        match self.value.get_mut() {
            Some(value) => value,
            None => unreachable!("it was made two lines before"),
        }
    }
}
