//! A part of the page whose program is loaded when it is first shown.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;

use crate::chunk::LoadError;
use crate::ui::hooks::{boot_frame, location, task, version};
use crate::ui::reactive::dynamic;

/// Draws a part of the page. It lives in a chunk, and is there once the chunk is.
pub type Draw = fn() -> AnyView;

/// Shows `waiting` until the chunk is here, then what is in it. Where it cannot be loaded, that is said, with a way on.
pub fn lazy<L>(
    load: impl Fn() -> L + Send + Sync + 'static,
    waiting: impl Fn() -> AnyView + Send + 'static,
) -> AnyView
where
    L: Future<Output = Result<Draw, LoadError>> + 'static,
{
    one_for_all(Box::new(move || Box::pin(load())), Box::new(waiting))
}

type Loading = Pin<Box<dyn Future<Output = Result<Draw, LoadError>>>>;

/// There are many such parts, and this is in the program once.
fn one_for_all(
    load: Box<dyn Fn() -> Loading + Send + Sync>,
    waiting: Box<dyn Fn() -> AnyView + Send>,
) -> AnyView {
    lazy_of(load, waiting, |draw: Draw| draw())
}

/// The same for a part that is drawn in its own way.
pub fn lazy_of<L, D>(
    load: impl Fn() -> L + Send + Sync + 'static,
    waiting: impl Fn() -> AnyView + Send + 'static,
    draw: impl Fn(D) -> AnyView + Send + 'static,
) -> AnyView
where
    L: Future<Output = Result<D, LoadError>> + 'static,
    D: Copy + Send + Sync + 'static,
{
    let loaded = RwSignal::new(None);
    let begin = move || {
        let is_repeated = loaded.with_untracked(Option::is_some);
        loaded.set(None);
        let loading = load();
        task::spawn(async move {
            let outcome = loading.await;
            if is_repeated && outcome.is_ok() {
                OTHERS.with(ArcTrigger::notify);
            }
            // The part may be gone by now.
            let _ = loaded.try_set(Some(outcome));
        });
    };
    begin();
    let again = Callback::new(move |()| begin());
    dynamic(move || {
        let Some(outcome) = loaded.get() else {
            return waiting();
        };
        boot_frame::remove();
        match outcome {
            Ok(part) => draw(part),
            Err(LoadError) => view! { <NotLoaded again=again/> }.into_any(),
        }
    })
}

thread_local! {
    /// A part was loaded that could not be before: what else could not is tried again.
    static OTHERS: ArcTrigger = ArcTrigger::new();
}

#[component]
fn NotLoaded(again: Callback<()>) -> impl IntoView {
    Effect::new(move |seen: Option<()>| {
        OTHERS.with(ArcTrigger::track);
        if seen.is_some() {
            again.run(());
        }
    });
    let outdated = RwSignal::new(false);
    task::spawn(async move {
        let is_outdated = version::is_outdated().await;
        let _ = outdated.try_set(is_outdated);
    });
    view! {
        <div class="list-problem" role="alert">
            {dynamic(move || if outdated.get() {
                view! {
                    <p>"There is a new version of Parley, and this page is too old to go on. What you wrote is kept."</p>
                    <button type="button" class="primary" on:click=move |_| location::reload()>"Load the new version"</button>
                }.into_any()
            } else {
                view! {
                    <p>"This part of Parley could not be loaded. Check your connection, then try again."</p>
                    <button type="button" class="quiet" on:click=move |_| again.run(())>"Try again"</button>
                }.into_any()
            })}
        </div>
    }
}
