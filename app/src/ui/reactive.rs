//! What changes on the screen, in a handful of types. A closure that stands in a view as it is brings its own copy of
//! the machinery that watches it, three kilobytes of program each; handed over through here they all share one.

use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::prelude::*;

type Draw = Box<dyn Fn() -> AnyView + Send>;

/// An attribute, class or property that changes.
pub fn reactive<T: Clone + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> ArcSignal<T> {
    ArcSignal::derive(value)
}

/// A part of the page that changes.
pub fn dynamic<V: IntoAny>(draw: impl Fn() -> V + Send + 'static) -> AnyView {
    let draw: Draw = Box::new(move || draw().into_any());
    (move || draw()).into_any()
}

/// A part of the page that is there as long as the condition holds.
pub fn show_when<V: IntoAny>(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    draw: impl Fn() -> V + Send + 'static,
) -> AnyView {
    let condition: Box<dyn Fn() -> bool + Send + Sync> = Box::new(condition);
    let holds = Memo::new(move |_| condition());
    let draw: Draw = Box::new(move || draw().into_any());
    dynamic(move || if holds.get() { draw() } else { ().into_any() })
}

/// A list: a line whose key was there before stays as it is.
pub fn keyed<T: Send + 'static, K: Hash, V: IntoAny>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: impl Fn(&T) -> K + Send + Sync + 'static,
    draw: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> AnyView {
    let lines: Box<dyn Fn() -> Vec<Line> + Send + Sync> = Box::new(move || {
        items()
            .into_iter()
            .map(|item| {
                let mut hasher = DefaultHasher::new();
                key(&item).hash(&mut hasher);
                let draw = draw.clone();
                Line {
                    key: hasher.finish(),
                    draw: Box::new(move || draw(item).into_any()),
                }
            })
            .collect()
    });
    view! { <For each=lines key=|line| line.key children=|line: Line| (line.draw)()/> }.into_any()
}

struct Line {
    key: u64,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}
