//! A picture in a message: its place from the first moment on, blurred until it is here, and larger when it is chosen.

use leptos::html;
use leptos::prelude::*;

use super::asks::Handle;
use super::preview::Preview;
use super::progress::{Progress, gone};
use super::store::Kind;
use super::words;
use crate::ui::hooks::in_view::InView;
use crate::ui::reactive::{dynamic, reactive, show_when};

/// Pictures of at most that many bytes come by themselves when they can be seen.
const BY_ITSELF: u64 = 8 * 1024 * 1024;

/// The sides of the frame that a picture alone is shown in, in CSS pixels.
const WIDE: u32 = 440;
const HIGH: u32 = 360;
/// A side is never less, so that it can be hit.
const LEAST: u32 = 44;

/// How large a picture alone is shown: as it is, or made to fit.
fn frame(width: u32, height: u32) -> (u32, u32) {
    let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let (mut w, mut h) = (width, height);
    if w > u64::from(WIDE) {
        (w, h) = (u64::from(WIDE), height * u64::from(WIDE) / width);
    }
    if h > u64::from(HIGH) {
        (w, h) = (width * u64::from(HIGH) / height, u64::from(HIGH));
    }
    let side = |it: u64| u32::try_from(it).unwrap_or(WIDE).max(LEAST);
    (side(w), side(h))
}

/// A picture, alone or in a grid.
#[component]
pub fn Picture(
    handle: Handle,
    /// Alone: with its own proportions.
    alone: bool,
    /// Somebody wants to see it large.
    on_open: Callback<()>,
) -> impl IntoView {
    let (width, height, preview) = match &handle.file.kind {
        Kind::Image {
            width,
            height,
            preview,
        } => (*width, *height, preview.clone()),
        Kind::Video { .. } | Kind::Audio { .. } | Kind::Voice { .. } | Kind::Other => {
            (1, 1, "".into())
        }
    };
    let (frame_width, frame_height) = if alone { frame(width, height) } else { (1, 1) };
    let name = handle.file.name.to_string();
    let address = handle.address();
    let is_covered = RwSignal::new(handle.file.is_covered);
    let is_loaded = RwSignal::new(false);
    let is_broken = RwSignal::new(false);
    let place = NodeRef::<html::Div>::new();
    want_when_seen(&handle, place, handle.file.size <= BY_ITSELF);
    let label = {
        let name = name.clone();
        move || {
            let what = if is_covered.get() { "Uncover" } else { "Open" };
            format!("{what} picture {name}")
        }
    };
    let click = {
        let handle = handle.clone();
        move |_| {
            if is_covered.get_untracked() {
                is_covered.set(false);
            } else {
                handle.want();
                on_open.run(());
            }
        }
    };
    let picture = {
        let name = name.clone();
        move || {
            let name = name.clone();
            address.get().map(|address| {
                view! {
                    <img
                        class="file-picture"
                        class:here=reactive(move || is_loaded.get())
                        src=address.to_string()
                        alt=name
                        width=width.to_string()
                        height=height.to_string()
                        decoding="async"
                        draggable="false"
                        on:load=move |_| is_loaded.set(true)
                        on:error=move |_| is_broken.set(true)
                    />
                }
            })
        }
    };
    view! {
        <div
            class="file-frame"
            class:alone=alone
            class:covered=reactive(move || is_covered.get())
            node_ref=place
            style:--frame-width=format!("{frame_width}px")
            style:--frame-ratio=format!("{frame_width} / {frame_height}")
        >
            <button type="button" class="file-open" aria-label=reactive(label) on:click=click>
                <Preview text=preview/>
                {dynamic(picture)}
                {show_when(move || is_covered.get(), || view! { <span class="file-cover">"Show"</span> })}
            </button>
            {show_when(move || is_broken.get(), || gone(words::NO_PICTURE))}
            <Progress handle=handle/>
        </div>
    }
}

/// Asks for a file when it can be seen, if it may come by itself.
pub fn want_when_seen(handle: &Handle, place: NodeRef<html::Div>, by_itself: bool) {
    if !by_itself {
        return;
    }
    let watch = StoredValue::new_local(None::<InView>);
    let handle = handle.clone();
    Effect::new(move || {
        if let Some(place) = place.get() {
            let handle = handle.clone();
            watch.set_value(InView::watch(&place, move || handle.want()));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::frame;

    #[test]
    fn a_frame_has_the_proportions_of_its_picture_and_can_be_hit() {
        assert_eq!(frame(880, 440), (440, 220));
        assert_eq!(frame(1_000, 4_000), (90, 360));
        assert_eq!(frame(300, 200), (300, 200));
        assert_eq!(frame(1, 1), (44, 44));
        assert_eq!(frame(65_535, 1), (440, 44));
        assert_eq!(frame(0, 0), (44, 44));
    }
}
