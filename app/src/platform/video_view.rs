//! Moving pictures on the page. Streams of the browser stay here; the rest of the app knows their numbers.

use std::cell::RefCell;
use std::collections::BTreeMap;

use web_sys::{HtmlMediaElement, MediaStream};

use super::media_player;

thread_local! {
    static STREAMS: RefCell<(u64, BTreeMap<u64, MediaStream>)> = const { RefCell::new((0, BTreeMap::new())) };
}

/// A stream that the page can show as long as this is held.
#[derive(Debug)]
pub struct Shown(u64);

impl Shown {
    pub fn new(stream: MediaStream) -> Self {
        STREAMS.with_borrow_mut(|(last, streams)| {
            *last += 1;
            streams.insert(*last, stream);
            Self(*last)
        })
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.0
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        STREAMS.with_borrow_mut(|(_, streams)| streams.remove(&self.0));
    }
}

/// Shows a stream in a `<video>`, or nothing.
pub fn show(video: &HtmlMediaElement, number: Option<u64>) {
    let stream =
        number.and_then(|number| STREAMS.with_borrow(|(_, streams)| streams.get(&number).cloned()));
    let before = video.src_object();
    if before != stream {
        video.set_src_object(stream.as_ref());
        if stream.is_some() {
            media_player::play(video);
        }
    }
}
