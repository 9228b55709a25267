//! How far a file is, with a way to stop it; and what went wrong, with a way on.

use leptos::prelude::*;

use super::asks::Handle;
use super::figures;
use super::store::FileState;
use super::words;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// Nothing, unless the file is on its way or did not come.
#[component]
pub fn Progress(handle: Handle) -> impl IntoView {
    if handle.file.is_broken {
        return gone(words::BROKEN);
    }
    // Drawn anew only when it becomes something else, so that a button keeps the focus.
    let kind = Memo::new({
        let handle = handle.clone();
        move |_| match handle.state() {
            FileState::NotFetched | FileState::Here { .. } => Shows::Nothing,
            FileState::Fetching { .. } => Shows::Fetching,
            FileState::Sending { .. } => Shows::Sending,
            FileState::Waiting(why) => Shows::Waiting(why),
            FileState::Failed(why) => Shows::Failed(why),
            FileState::Gone(why) => Shows::Gone(why),
        }
    });
    dynamic(move || match kind.get() {
        Shows::Nothing => ().into_any(),
        Shows::Fetching => bar(&handle, "Fetching"),
        Shows::Sending => bar(&handle, "Sending"),
        Shows::Waiting(why) => view! {
            <p class="file-problem on-hold" role="status">
                <Icon name=IconName::Clock/>
                <span>{why}</span>
                {stop(&handle, "Sending")}
            </p>
        }
        .into_any(),
        Shows::Failed(why) => {
            let handle = handle.clone();
            view! {
                <p class="file-problem" role="alert">
                    <Icon name=IconName::Alert/>
                    <span>{why}</span>
                    <button type="button" class="quiet" on:click=move |_| handle.retry()>"Try again"</button>
                </p>
            }
            .into_any()
        }
        Shows::Gone(why) => gone(why),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Nothing,
    Fetching,
    Sending,
    Waiting(&'static str),
    Failed(&'static str),
    Gone(&'static str),
}

/// What nobody can do anything about here.
pub fn gone(why: &'static str) -> AnyView {
    view! { <p class="file-problem gone"><Icon name=IconName::Alert/><span>{why}</span></p> }
        .into_any()
}

fn bar(handle: &Handle, doing: &'static str) -> AnyView {
    let done = {
        let handle = handle.clone();
        move || match handle.state() {
            FileState::Fetching { done, of } | FileState::Sending { done, of } => (done, of),
            FileState::NotFetched
            | FileState::Here { .. }
            | FileState::Waiting(_)
            | FileState::Failed(_)
            | FileState::Gone(_) => (0, 1),
        }
    };
    let done = Memo::new(move |_| done());
    let percent = move || {
        let (done, of) = done.get();
        figures::percent(done, of).to_string()
    };
    let words = move || {
        let (done, of) = done.get();
        format!("{} of {}", figures::size(done.min(of)), figures::size(of))
    };
    let label = format!("{doing} {}", handle.file.name);
    view! {
        <div class="file-progress">
            <progress max="100" value=reactive(percent) aria-label=label></progress>
            <span class="file-size">{dynamic(words)}</span>
            {stop(handle, doing)}
        </div>
    }
    .into_any()
}

fn stop(handle: &Handle, doing: &'static str) -> AnyView {
    let label = format!("Stop {} {}", doing.to_lowercase(), handle.file.name);
    let handle = handle.clone();
    view! {
        <button type="button" class="icon-button small" aria-label=label title="Stop" on:click=move |_| handle.cancel()>
            <Icon name=IconName::Close/>
        </button>
    }
    .into_any()
}
