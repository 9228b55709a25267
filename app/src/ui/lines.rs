//! A list whose lines stay in the page as they are while others come above or below them. The library's own keyed list
//! takes every line out and puts it back when more than one comes before it, and the browser lays all of them out anew.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::tachys::renderer::types::Element;
use leptos::tachys::view::{Mountable, Render};

type State = <AnyView as Render>::State;

struct Line<K> {
    key: K,
    state: State,
    owner: Owner,
}

impl<K> Line<K> {
    fn remove(mut self) {
        self.state.unmount();
        self.owner.cleanup();
    }
}

/// Shows one line for each item at the end of an element, in their order, and `settled` after each change. A line whose
/// key was there before stays as it is. Every key is there once.
pub fn lines<T, K>(
    list: NodeRef<Div>,
    items: impl Fn() -> Vec<T> + 'static,
    key: impl Fn(&T) -> K + 'static,
    draw: impl Fn(T) -> AnyView + 'static,
    settled: impl Fn() + 'static,
) where
    T: 'static,
    K: Hash + Eq + Clone + 'static,
{
    let shown = StoredValue::new_local(Vec::<Line<K>>::new());
    // What runs in here must not keep alive what it belongs to.
    let base = Owner::current().unwrap_or_default().downgrade();
    Effect::new(move |_| {
        let (Some(list), Some(base)) = (list.get(), base.upgrade()) else {
            return;
        };
        let items = items();
        untrack(|| {
            let before = shown.try_update_value(std::mem::take).unwrap_or_default();
            let make = |item| {
                let owner = base.child();
                let state = owner.with(|| draw(item).build());
                (state, owner)
            };
            let now = follow(&list, before, items, &key, make);
            shown.set_value(now);
            settled();
        });
    });
}

/// From the last line to the first, each before the one that was placed last: what is in its place already is not touched.
fn follow<T, K: Hash + Eq + Clone>(
    list: &Element,
    before: Vec<Line<K>>,
    items: Vec<T>,
    key: impl Fn(&T) -> K,
    make: impl Fn(T) -> (State, Owner),
) -> Vec<Line<K>> {
    let wanted: HashSet<K> = items.iter().map(&key).collect();
    let (kept, gone): (Vec<_>, Vec<_>) = before
        .into_iter()
        .partition(|line| wanted.contains(&line.key));
    gone.into_iter().for_each(Line::remove);
    let mut order: Vec<K> = kept.iter().map(|line| line.key.clone()).collect();
    let mut kept: HashMap<K, Line<K>> = kept
        .into_iter()
        .map(|line| (line.key.clone(), line))
        .collect();
    let mut placed: Vec<Line<K>> = Vec::with_capacity(items.len());
    for item in items.into_iter().rev() {
        let key = key(&item);
        let line = if let Some(mut line) = kept.remove(&key) {
            if order.last() == Some(&key) {
                order.pop();
            } else {
                order.retain(|other| *other != key);
                place(list, placed.last(), &mut line.state);
            }
            line
        } else {
            let (mut state, owner) = make(item);
            place(list, placed.last(), &mut state);
            Line { key, state, owner }
        };
        placed.push(line);
    }
    placed.reverse();
    placed
}

fn place<K>(list: &Element, next: Option<&Line<K>>, line: &mut State) {
    let is_placed = next.is_some_and(|next| next.state.insert_before_this(line));
    if !is_placed {
        line.mount(list, None);
    }
}
