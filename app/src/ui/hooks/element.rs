//! Elements that are looked at later: in the next frame, or when the browser tells of one that it took away.

use leptos::prelude::GetUntracked;

/// The element, as long as its component is on the page.
pub fn of<E>(node: impl GetUntracked<Value = Option<E>>) -> Option<E> {
    node.try_get_untracked().flatten()
}
