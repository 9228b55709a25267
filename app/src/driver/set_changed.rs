//! What drivers show: only what has changed is drawn anew.

use leptos::prelude::{RwSignal, Set, WithUntracked};

/// Shows a value, unless it is shown already: a list would be drawn anew, or a form under who is typing in it.
pub fn set_changed<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|shown| *shown != value) {
        signal.set(value);
    }
}
