//! A picture that moves. Its giver is told how large it is here, and when it cannot be seen.

use leptos::html;
use leptos::prelude::*;

use crate::call::store::CallIntent;
use crate::call::store::pictures::{PictureId, PictureIntent, PictureKind, pictures};
use crate::stores::stores;
use crate::ui::hooks::on_screen::OnScreen;
use crate::ui::hooks::video_view;
use crate::ui::reactive::{reactive, show_when};

/// The picture, and a quiet word until its first frame is here.
#[component]
pub(super) fn MovingPicture(
    id: PictureId,
    /// Whose it is, for screen readers.
    called: Memo<String>,
    is_me: bool,
    video: NodeRef<html::Video>,
) -> impl IntoView {
    let stores = stores();
    let store = pictures();
    let is_screen = id.kind == PictureKind::Screen;
    let is_here = RwSignal::new(false);
    let stream = Memo::new({
        let id = id.clone();
        move |_| store.stream(&id)
    });
    let watch = StoredValue::new_local(None::<OnScreen>);
    let is_floating = StoredValue::new(false);
    let floats = move |floats| {
        is_floating.set_value(floats);
        stores.call.stage_kept.set(floats);
    };
    let look = move |picture: &PictureId, width, height| {
        if !is_me {
            let picture = picture.clone();
            let looked = PictureIntent::Looked {
                picture,
                width,
                height,
            };
            stores.actions.send(CallIntent::Picture(looked));
        }
    };
    Effect::new({
        let id = id.clone();
        move || {
            let Some(element) = video.get() else { return };
            video_view::show(&element, stream.get());
            if watch.with_value(Option::is_none) {
                let id = id.clone();
                let changed = move |width, height| look(&id, width, height);
                watch.set_value(OnScreen::watch(&element, changed, floats));
            }
        }
    });
    on_cleanup(move || {
        watch.set_value(None);
        if is_floating.get_value() {
            stores.call.stage_kept.set(false);
        }
        look(&id, 0, 0);
    });
    view! {
        <video
            node_ref=video
            class="tile-picture"
            class:mirrored=reactive(move || is_me && !is_screen && store.mirrored.get())
            autoplay
            playsinline
            prop:muted=true
            aria-label=reactive(move || format!("Picture: {}", called.get()))
            on:loadeddata=move |_| is_here.set(true)
        ></video>
        {show_when(move || !is_here.get(), || view! { <p class="tile-waiting">"The picture is coming…"</p> })}
    }
}
