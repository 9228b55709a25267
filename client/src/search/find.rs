//! The newest messages that fit.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, UserId};
use serde::{Deserialize, Serialize};

use super::document::{Document, Has};
use super::index::Index;
use super::phrase::Phrase;
use super::segment::{Head, Segment};
use super::snippet::{Piece, pieces};
use super::words::{Atom, Atoms};
use crate::relations::Target;

/// Texts that are read to see whether words stand side by side. More are not looked at, and there may be more to find.
const READ: usize = 5_000;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Words and phrases, as they were typed; see [`super::Query::words`].
    pub words: String,
    /// Of any of these people. `None`: of anybody.
    pub from: Option<Vec<UserId>>,
    /// In any of these channels: those that the person may read now, and asks for.
    pub places: Vec<ChannelId>,
    /// With all of this.
    pub has: Has,
    /// Only these, in whichever of the channels. `None`: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<Target>>,
    /// From here on.
    pub since: Millis,
    /// Before here.
    pub until: Millis,
    /// So many at most.
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Found {
    /// The newest first.
    pub hits: Vec<Hit>,
    /// How many there are in all. `None`: more than these.
    pub all: Option<usize>,
}

/// A message that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The channel or conversation.
    pub place: ChannelId,
    /// Which message.
    pub message: Target,
    /// Who wrote it.
    pub author: UserId,
    /// When.
    pub at: Millis,
    /// What it has beside its words.
    pub has: Has,
    /// What it says there.
    pub text: Vec<Piece>,
}

/// Where something stands that may fit.
type Candidate = (Reverse<Millis>, Reverse<u64>, Source);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Fresh(ChannelId, Target),
    Sealed { segment: usize, number: u32 },
}

/// A query, ready to be compared.
struct Asked<'a> {
    wanted: &'a Wanted,
    phrases: Vec<Phrase>,
    places: BTreeSet<ChannelId>,
    from: Option<BTreeSet<UserId>>,
    only: Option<BTreeSet<Target>>,
}

impl Index {
    /// The newest messages that fit. Nothing fits a query that asks for nothing.
    pub fn find(&self, wanted: &Wanted) -> Found {
        let asked = Asked::new(wanted);
        if asked.is_empty() {
            return Found {
                hits: Vec::new(),
                all: Some(0),
            };
        }
        let mut candidates = self.candidates(&asked);
        let needs_text = asked.phrases.iter().any(Phrase::needs_text);
        let count = candidates.len();
        if !needs_text && count > wanted.limit {
            candidates.select_nth_unstable(wanted.limit);
            candidates.truncate(wanted.limit);
        }
        candidates.sort_unstable();
        let mut found = Found {
            hits: Vec::new(),
            all: (!needs_text).then_some(count),
        };
        let mut is_all = candidates.len() <= READ;
        for (_, Reverse(seq), source) in candidates.iter().take(READ) {
            let Some(document) = self.document(*source, *seq) else {
                continue;
            };
            if needs_text && !asked.is_said_in(&document.text) {
                continue;
            }
            if found.hits.len() >= wanted.limit {
                is_all = false;
                break;
            }
            found.hits.push(asked.hit(document));
        }
        if needs_text && is_all {
            found.all = Some(found.hits.len());
        }
        found
    }

    fn candidates(&self, asked: &Asked<'_>) -> Vec<Candidate> {
        let fresh = self.fresh.values().filter(|it| asked.fits(it));
        let fresh = fresh.map(|it| {
            (
                Reverse(it.at),
                Reverse(it.seq),
                Source::Fresh(it.place, it.message),
            )
        });
        let mut candidates: Vec<Candidate> = fresh.collect();
        for (segment, it) in self.segments.iter().enumerate() {
            let having = it.segment.candidates(&asked.phrases);
            let heads = it.segment.heads();
            let heads = heads.filter(|(number, _)| having.contains(*number));
            let heads = heads.filter(|(_, head)| asked.fits_head(&it.segment, head));
            candidates.extend(heads.map(|(number, head)| {
                let source = Source::Sealed { segment, number };
                (Reverse(head.at), Reverse(head.seq), source)
            }));
        }
        candidates
    }

    fn document(&self, source: Source, seq: u64) -> Option<Document> {
        match source {
            Source::Fresh(place, message) => self.fresh.get(&(place, seq, message)).cloned(),
            Source::Sealed { segment, number } => {
                let segment = &self.segments.get(segment)?.segment;
                segment.document(segment.head(number)?)
            }
        }
    }
}

impl<'a> Asked<'a> {
    fn new(wanted: &'a Wanted) -> Self {
        let from = wanted.from.as_ref();
        Self {
            wanted,
            phrases: Phrase::read(&wanted.words),
            places: wanted.places.iter().copied().collect(),
            from: from.map(|from| from.iter().copied().collect()),
            only: wanted.only.as_ref().map(|it| it.iter().copied().collect()),
        }
    }

    fn is_empty(&self) -> bool {
        let Wanted {
            from,
            has,
            only,
            since,
            until,
            ..
        } = self.wanted;
        let is_filtered = from.is_some()
            || only.is_some()
            || *has != Has::default()
            || *since > 0
            || *until < Millis::MAX;
        self.phrases.is_empty() && !is_filtered
    }

    /// Whether a message fits, as far as its words need not stand side by side.
    fn fits_head(&self, segment: &Segment, head: &Head) -> bool {
        let place = segment.place(head);
        place
            .zip(segment.message(head))
            .is_some_and(|(place, message)| self.passes(place, message, head.at, head.has))
    }

    /// Whether a message fits, by its text.
    fn fits(&self, document: &Document) -> bool {
        let Document {
            place,
            message,
            author,
            at,
            has,
            ref text,
            ..
        } = *document;
        self.passes(place, (message, author), at, has) && self.is_said_in(text)
    }

    fn passes(
        &self,
        place: ChannelId,
        (message, author): (Target, UserId),
        at: Millis,
        has: Has,
    ) -> bool {
        has.contains(self.wanted.has)
            && (self.wanted.since..self.wanted.until).contains(&at)
            && self.places.contains(&place)
            && self.from.as_ref().is_none_or(|from| from.contains(&author))
            && self
                .only
                .as_ref()
                .is_none_or(|only| only.contains(&message))
    }

    fn is_said_in(&self, text: &str) -> bool {
        if self.phrases.is_empty() {
            return true;
        }
        let atoms: Vec<Atom> = Atoms::of(text).collect();
        self.phrases.iter().all(|phrase| phrase.is_in(&atoms))
    }

    fn hit(&self, document: Document) -> Hit {
        Hit {
            place: document.place,
            message: document.message,
            author: document.author,
            at: document.at,
            has: document.has,
            text: pieces(&document.text, &self.phrases),
        }
    }
}
