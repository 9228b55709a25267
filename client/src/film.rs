//! Films and sound that people send, as far as their files say where and when they were taken: boxes of MP4 and `QuickTime`
//! (ISO/IEC 14496-12, section 4) that a player does not need become empty ones of the same size, so that everything else
//! stays where it is. Of the film itself nothing is read, however long it is, and nothing is held. Any bytes give an
//! answer.
//!
//! | file | what is there |
//! |---|---|
//! | `boxes` | which boxes stay, are opened, or become empty |
//! | `samples` | where in the film lies what a track tells |

mod boxes;
mod samples;

use std::ops::Range;

use self::boxes::{Fate, Found, Place};
use self::samples::Samples;

/// Bytes that are asked for at once. More: more of the film itself is read for nothing. Fewer: more questions.
const WINDOW: u64 = 64 * 1024;
/// Boxes of one file. A film in fragments has two for every few seconds.
const MOST_BOXES: u32 = 100_000;
/// Of a box, what is looked at: its header with a long size and a long name, or where its times are.
const LOOK: u64 = 48;
const FREE: [u8; 4] = *b"free";

/// Why nothing can be said of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FilmFault {
    /// It is no MP4 and no `QuickTime` film.
    #[error("it is no film of this format")]
    UnknownFormat,
    /// Its boxes do not fit into one another.
    #[error("its boxes make no sense")]
    Damaged,
}

/// What is to be written over, in the order of the file. Whatever lies between stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaning {
    /// What is written over.
    pub patches: Vec<Patch>,
    /// There is a track besides picture, sound and words, as some cameras write their place into, and it could not be
    /// emptied.
    pub may_tell_more: bool,
}

/// Bytes that take the place of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Where in the file.
    pub at: u64,
    /// What is written there.
    pub with: Written,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The name of an empty box.
    Free,
    /// So many zeros.
    Zeros(u64),
}

impl Patch {
    /// How many bytes it takes the place of.
    pub fn length(&self) -> u64 {
        match self.with {
            Written::Free => 4,
            Written::Zeros(count) => count,
        }
    }
}

/// Reads a file piece by piece, as it asks for them.
#[derive(Debug)]
pub struct Cleaner {
    size: u64,
    at: u64,
    /// The boxes in which it is, with their ends.
    open: Vec<(Place, u64)>,
    /// Where the track began in which it is, with the place of what is inside; and what it tells, if that is neither
    /// picture nor sound nor words.
    track: Option<(u64, u64)>,
    telling: Option<Samples>,
    /// Where the film itself lies.
    media: Vec<Range<u64>>,
    /// What such tracks told, there.
    told: Vec<Range<u64>>,
    boxes: u32,
    has_movie: bool,
    /// Fragments hold samples of tracks that no table tells of.
    has_fragments: bool,
    /// There was a track that tells something.
    has_told: bool,
    fault: Option<FilmFault>,
    found: Cleaning,
}

impl Cleaner {
    /// A file of that many bytes.
    pub fn new(size: u64) -> Self {
        Self {
            size,
            at: 0,
            open: vec![(Place::Top, size)],
            track: None,
            telling: None,
            media: Vec::new(),
            told: Vec::new(),
            boxes: 0,
            has_movie: false,
            has_fragments: false,
            has_told: false,
            fault: None,
            found: Cleaning::default(),
        }
    }

    /// The bytes that are wanted next; `None` at the end. At most 64 KiB.
    pub fn wants(&self) -> Option<Range<u64>> {
        let is_over = self.fault.is_some() || self.at >= self.size;
        (!is_over).then(|| self.at..self.size.min(self.at + WINDOW))
    }

    /// Takes what was asked for.
    pub fn take(&mut self, bytes: &[u8]) {
        let begin = self.at;
        let before = self.at;
        while self.fault.is_none() && self.at < self.size {
            let skipped = usize::try_from(self.at - begin).unwrap_or(usize::MAX);
            let Some(rest) = bytes.get(skipped..) else {
                break;
            };
            let needed = LOOK.min(self.size - self.at);
            if (rest.len() as u64) < needed {
                break;
            }
            let looked = if self.telling.as_ref().is_some_and(Samples::wants_more) {
                self.read_table(rest);
                Ok(())
            } else {
                self.look(rest)
            };
            if let Err(fault) = looked {
                self.fault = Some(fault);
            }
        }
        if self.fault.is_none() && self.at == before {
            // It got less than it asked for.
            self.fault = Some(FilmFault::Damaged);
        }
    }

    /// What is to be done.
    ///
    /// # Errors
    /// [`FilmFault`]
    pub fn finish(mut self) -> Result<Cleaning, FilmFault> {
        self.close(self.size);
        self.empty_told();
        self.found.may_tell_more |= self.has_told && self.has_fragments;
        match self.fault {
            Some(fault) => Err(fault),
            None if !self.has_movie => Err(FilmFault::UnknownFormat),
            None => Ok(self.found),
        }
    }

    /// The box that begins here.
    fn look(&mut self, rest: &[u8]) -> Result<(), FilmFault> {
        self.close(self.at);
        let (place, end) = *self.open.last().unwrap_or(&(Place::Top, self.size));
        let left = end - self.at;
        self.boxes += 1;
        if self.boxes > MOST_BOXES {
            return Err(FilmFault::Damaged);
        }
        let Some(found) = boxes::read(rest, left, place == Place::Top) else {
            return self.leave_out_rest(place, end);
        };
        if self.boxes == 1 && !boxes::begins_film(found.kind) {
            return Err(FilmFault::UnknownFormat);
        }
        self.has_fragments |= found.kind == *b"moof";
        let inside = rest.get(found.header..).unwrap_or_default();
        let header = found.header as u64;
        match boxes::fate(place, found.kind, inside) {
            Fate::Stays if self.telling.is_some() && boxes::leads_to_samples(place, found.kind) => {
                self.enter(Place::Samples, &found);
                return Ok(());
            }
            Fate::Stays => {}
            Fate::Media => self.media.push(self.at + header..self.at + found.size),
            Fate::Opens(inner) => {
                self.has_movie |= inner == Place::Movie;
                if inner == Place::Track {
                    self.track = Some((self.at, self.at + header));
                }
                self.enter(inner, &found);
                return Ok(());
            }
            Fate::Table(table) => {
                self.at += header;
                if let Some(samples) = &mut self.telling {
                    samples.begin(table, found.size - header);
                    return Ok(());
                }
                self.at -= header;
            }
            Fate::Times(count) => {
                let count = count.min(found.size.saturating_sub(header + 4));
                // After version and flags.
                self.zeros(self.at + header + 4, count);
            }
            Fate::TellsMore if place == Place::Media => self.telling = Some(Samples::default()),
            Fate::TellsMore => self.found.may_tell_more = true,
            Fate::Emptied => {
                self.found.patches.push(Patch {
                    at: self.at + 4,
                    with: Written::Free,
                });
                self.zeros(self.at + header, found.size - header);
            }
            Fate::Blanked => self.zeros(self.at + header, found.size - header),
        }
        self.at += found.size;
        Ok(())
    }

    fn enter(&mut self, place: Place, found: &Found) {
        self.open.push((place, self.at + found.size));
        self.at += found.header as u64;
    }

    /// More of a table of where samples lie.
    fn read_table(&mut self, rest: &[u8]) {
        if let Some(samples) = &mut self.telling {
            self.at += samples.take(rest) as u64;
        }
    }

    /// Leaves the boxes that end here or before.
    fn close(&mut self, here: u64) {
        while self.open.len() > 1
            && let Some((place, end)) = self.open.pop_if(|(_, end)| *end <= here)
        {
            if place == Place::Track
                && let (Some(samples), Some(track)) = (self.telling.take(), self.track.take())
            {
                self.empty_track(&samples, track, end);
            }
        }
    }

    /// A track that is no picture, sound or words becomes an empty box, and what it points to zeros.
    fn empty_track(&mut self, samples: &Samples, (begin, inside): (u64, u64), end: u64) {
        self.has_told = true;
        match samples.ranges() {
            Some(ranges) => self.told.extend(ranges),
            None => self.found.may_tell_more = true,
        }
        self.found.patches.retain(|patch| patch.at < begin);
        self.found.patches.push(Patch {
            at: begin + 4,
            with: Written::Free,
        });
        self.zeros(inside, end - inside);
    }

    /// Only within the film itself: everything else has its patches.
    fn empty_told(&mut self) {
        self.told.sort_by_key(|range| range.start);
        let mut end = 0;
        for range in std::mem::take(&mut self.told) {
            let start = range.start.max(end);
            let is_within = |media: &Range<u64>| media.start <= start && range.end <= media.end;
            if !self.media.iter().any(is_within) {
                self.found.may_tell_more |= range.end > start;
                continue;
            }
            if range.end > start {
                self.zeros(start, range.end - start);
                end = range.end;
            }
        }
        self.found.patches.sort_by_key(|patch| patch.at);
    }

    /// What follows is no box: behind the end of the film it belongs to something else.
    fn leave_out_rest(&mut self, place: Place, end: u64) -> Result<(), FilmFault> {
        let left = end - self.at;
        if self.boxes == 1 {
            return Err(FilmFault::UnknownFormat);
        }
        if place == Place::Samples {
            // What it would have led to stays.
            self.found.may_tell_more = true;
            self.at = end;
            return Ok(());
        }
        if left >= 8 && !(place == Place::Top && self.has_movie) {
            return Err(FilmFault::Damaged);
        }
        self.zeros(self.at, left);
        self.at = end;
        Ok(())
    }

    fn zeros(&mut self, at: u64, count: u64) {
        if count > 0 {
            self.found.patches.push(Patch {
                at,
                with: Written::Zeros(count),
            });
        }
    }

    /// The name that an empty box has.
    pub const fn free() -> [u8; 4] {
        FREE
    }
}

#[cfg(test)]
mod tests;
