//! A video in a message: its place from the first moment on, and the browser's own controls once somebody wants it.

use leptos::html;
use leptos::prelude::*;

use super::asks::Handle;
use super::figures;
use super::other::SaveButton;
use super::preview::Preview;
use super::progress::{Progress, gone};
use super::sign::{PLAY, sign};
use super::store::Kind;
use super::words;
use crate::ui::hooks::{element, media_player};
use crate::ui::reactive::dynamic;

/// A video. Nothing of it is fetched before somebody asks.
#[component]
pub fn Video(handle: Handle) -> impl IntoView {
    let (width, height, seconds, preview) = match &handle.file.kind {
        Kind::Video {
            width,
            height,
            seconds,
            preview,
        } => (*width, *height, *seconds, preview.clone()),
        Kind::Image { .. } | Kind::Audio { .. } | Kind::Voice { .. } | Kind::Other => {
            (16, 9, 0, "".into())
        }
    };
    let name = handle.file.name.to_string();
    let caption = name.clone();
    let facts = format!(
        "{}, {}",
        figures::time(seconds),
        figures::size(handle.file.size)
    );
    let address = handle.address();
    let wanted = RwSignal::new(false);
    let inside = {
        let handle = handle.clone();
        move || {
            if let Some(address) = address.get() {
                view! { <Screen address=address.to_string() name=name.clone() wanted=wanted/> }
                    .into_any()
            } else {
                let handle = handle.clone();
                view! {
                    <button
                        type="button"
                        class="file-open"
                        aria-label=format!("Play video {name}")
                        on:click=move |_| {
                            wanted.set(true);
                            handle.want();
                        }
                    >
                        <Preview text=preview.clone()/>
                        <span class="file-play">{sign(PLAY)}</span>
                        <span class="file-facts">{facts.clone()}</span>
                    </button>
                }
                .into_any()
            }
        }
    };
    view! {
        <div class="files-video">
        <div
            class="file-frame alone video"
            style:--frame-width="440px"
            style:--frame-ratio=format!("{} / {}", width.max(1), height.max(1))
        >
            {dynamic(inside)}
            <Progress handle=handle.clone()/>
        </div>
        <div class="file-caption">
            <p class="file-name" dir="auto">{caption}</p>
            <SaveButton handle=handle/>
        </div>
        </div>
    }
}

#[component]
fn Screen(address: String, name: String, wanted: RwSignal<bool>) -> impl IntoView {
    let video = NodeRef::<html::Video>::new();
    let is_broken = RwSignal::new(false);
    Effect::new(move || {
        if let Some(video) = video.get()
            && wanted.get_untracked()
        {
            media_player::play(&video);
        }
    });
    view! {
        <video
            node_ref=video
            class="file-video"
            src=address
            aria-label=name
            controls
            playsinline
            preload="metadata"
            on:play=move |_| {
                if let Some(video) = element::of(video) {
                    media_player::begins(&video);
                }
            }
            on:error=move |_| is_broken.set(true)
        ></video>
        {dynamic(move || is_broken.get().then(|| gone(words::NO_VIDEO)))}
    }
}
