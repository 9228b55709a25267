//! The index as it is kept: a record that names the segments, and one for each of them.

use parley_protocol::json;
use serde::{Deserialize, Serialize};

use super::waiting::{Act, Key, Waiting};
use super::{Index, Numbered};
use crate::search::segment::Segment;

/// Names the segments, and holds what waits for messages.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    segments: Vec<u32>,
    next_number: u32,
    waiting: Vec<(Key, Act)>,
}

/// What is to be kept now, all or none.
pub struct Changes {
    /// The record that names the segments.
    pub kept: Vec<u8>,
    /// Segments that are new, by their numbers.
    pub put: Vec<(u32, Vec<u8>)>,
    /// Segments that are no more.
    pub delete: Vec<u32>,
}

impl Kept {
    /// From its record. `None`: it is damaged, or of another version.
    pub fn read(record: &[u8]) -> Option<Self> {
        json::read(record).ok()
    }

    /// The segments that belong to it.
    pub fn segments(&self) -> &[u32] {
        &self.segments
    }
}

impl Index {
    /// From what was kept. `None`: a segment is missing or damaged.
    pub fn open(kept: Kept, mut segment: impl FnMut(u32) -> Option<Vec<u8>>) -> Option<Self> {
        let mut index = Self {
            next_number: kept.next_number,
            ..Self::default()
        };
        for number in kept.segments {
            index.segments.push(Numbered {
                number,
                is_kept: true,
                segment: Segment::open(segment(number)?)?,
            });
        }
        let mut waiting = Waiting::default();
        for (key, act) in kept.waiting {
            waiting.put(key, act);
        }
        index.waiting = waiting;
        Some(index)
    }

    /// Seals what is fresh, writes anew what had something taken out, and says what is to be kept. Whoever cannot keep it
    /// opens the index anew.
    pub fn changes(&mut self) -> Changes {
        self.mend();
        self.seal();
        self.is_changed = false;
        let mut put = Vec::new();
        for it in &mut self.segments {
            if !std::mem::replace(&mut it.is_kept, true) {
                put.push((it.number, it.segment.bytes().to_vec()));
            }
        }
        let kept = Kept {
            segments: self.segments.iter().map(|it| it.number).collect(),
            next_number: self.next_number,
            waiting: self.waiting.all(),
        };
        Changes {
            kept: json::write(&kept).into_bytes(),
            put,
            delete: std::mem::take(&mut self.gone),
        }
    }
}
