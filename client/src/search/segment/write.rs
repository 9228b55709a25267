//! From messages to the bytes of a segment.

use std::collections::BTreeMap;

use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::bytes::{put, put_length};
use crate::search::document::Document;
use crate::search::words::each_term;

/// The first byte: what follows is as described here.
pub(super) const VERSION: u8 = 1;
/// One word of so many is whole.
pub(super) const BLOCK: usize = 16;

/// Seals messages.
pub(super) fn seal(mut documents: Vec<Document>) -> Vec<u8> {
    documents.sort_unstable_by_key(|it| (it.at, it.place, it.seq));
    let mut out = vec![VERSION];
    write_documents(&documents, &mut out);
    write_terms(&documents, &mut out);
    out
}

fn write_documents(documents: &[Document], out: &mut Vec<u8>) {
    let mut places = Numbered::<ChannelId>::default();
    let mut people = Numbered::<(DeviceId, UserId)>::default();
    let mut rows = Vec::new();
    let mut before = 0;
    for it in documents {
        put(it.at.saturating_sub(before), &mut rows);
        before = it.at;
        put(places.number(it.place), &mut rows);
        put(people.number((it.message.device, it.author)), &mut rows);
        put(it.seq, &mut rows);
        put(it.edited, &mut rows);
        put(u64::from(it.has.0), &mut rows);
        rows.extend(it.message.id.as_bytes());
        put_length(it.text.len(), &mut rows);
        rows.extend(it.text.as_bytes());
    }
    put_length(places.all.len(), out);
    for place in &places.all {
        out.extend(place.as_bytes());
    }
    put_length(people.all.len(), out);
    for (device, user) in &people.all {
        out.extend(device.as_bytes());
        out.extend(user.as_bytes());
    }
    put_length(documents.len(), out);
    out.extend(rows);
}

/// The numbers of a word's messages, as differences.
#[derive(Default)]
struct Postings {
    bytes: Vec<u8>,
    /// The last number, and one.
    next: u64,
}

fn write_terms(documents: &[Document], out: &mut Vec<u8>) {
    let mut postings_by_term: BTreeMap<Box<str>, Postings> = BTreeMap::new();
    for (number, document) in (0_u64..).zip(documents) {
        each_term(&document.text, |term| {
            let postings = match postings_by_term.get_mut(term) {
                Some(postings) => postings,
                None => postings_by_term.entry(term.into()).or_default(),
            };
            // The word stands there several times.
            if postings.next <= number {
                put(number - postings.next, &mut postings.bytes);
                postings.next = number + 1;
            }
        });
    }
    let mut before: &[u8] = &[];
    for (at, (term, postings)) in postings_by_term.iter().enumerate() {
        let term = term.as_bytes();
        let shared = if at.is_multiple_of(BLOCK) {
            0
        } else {
            shared(before, term)
        };
        put_length(shared, out);
        put_length(term.len() - shared, out);
        out.extend(term.iter().skip(shared));
        put_length(postings.bytes.len(), out);
        out.extend(&postings.bytes);
        before = term;
    }
}

fn shared(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Values by the order in which they came first.
struct Numbered<T> {
    all: Vec<T>,
    numbers: BTreeMap<T, u64>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }
}

impl<T: Copy + Ord> Numbered<T> {
    fn number(&mut self, value: T) -> u64 {
        let next = u64::try_from(self.all.len()).unwrap_or(u64::MAX);
        *self.numbers.entry(value).or_insert_with(|| {
            self.all.push(value);
            next
        })
    }
}
