//! Whether somebody does something with the page: moves, types, touches, or looks at it again.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::EventTarget;

use super::clock;
use super::listener::Listener;

const SIGNS: [&str; 6] = [
    "keydown",
    "pointerdown",
    "pointermove",
    "wheel",
    "touchstart",
    "visibilitychange",
];

/// Notes what is done as long as it is held.
pub struct Activity {
    last: Rc<Cell<u64>>,
    is_waited_for: Rc<Cell<bool>>,
    _listeners: Vec<Listener>,
}

impl Activity {
    /// Calls `back` at the first thing that is done while it is waited for.
    pub fn watch(back: impl Fn() + 'static) -> Self {
        let last = Rc::new(Cell::new(clock::now()));
        let is_waited_for = Rc::new(Cell::new(false));
        let back = Rc::new(back);
        let document = web_sys::window().and_then(|window| window.document());
        let listeners = document.into_iter().flat_map(|document| {
            let target: EventTarget = document.clone().into();
            let (last, is_waited_for, back) =
                (last.clone(), is_waited_for.clone(), Rc::clone(&back));
            SIGNS.map(move |sign| {
                let (last, is_waited_for, back) =
                    (last.clone(), is_waited_for.clone(), Rc::clone(&back));
                let document = document.clone();
                Listener::on(&target, sign, move |_| {
                    if document.hidden() {
                        return;
                    }
                    last.set(clock::now());
                    if is_waited_for.replace(false) {
                        back();
                    }
                })
            })
        });
        Self {
            _listeners: listeners.collect(),
            last,
            is_waited_for,
        }
    }

    /// When something was done last.
    pub fn last(&self) -> u64 {
        self.last.get()
    }

    /// Waits for the next thing.
    pub fn wait(&self) {
        self.is_waited_for.set(true);
    }
}
