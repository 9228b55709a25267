//! Oneself, before the others see it: which camera, whether mirrored, whether the background is blurred.

use leptos::html;
use leptos::prelude::*;

use crate::call::store::CallIntent;
use crate::call::store::pictures::{Camera, Giving, PictureIntent, pictures};
use crate::call::text;
use crate::ids::CameraId;
use crate::stores::stores;
use crate::ui::hooks::video_view;
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

/// The dialog. Closing it without more leaves a camera off that was off.
#[component]
pub(super) fn CameraPreview() -> impl IntoView {
    let stores = stores();
    let store = pictures();
    let send = move |intent| stores.actions.send(CallIntent::Picture(intent));
    let close = Callback::new(move |()| send(PictureIntent::ClosePreview));
    let on = Memo::new(move |_| store.camera.get() == Giving::On);
    let video = NodeRef::<html::Video>::new();
    Effect::new(move || {
        if let Some(video) = video.get() {
            video_view::show(&video, store.own.get());
        }
    });
    view! {
        <Modal title="Your camera" class="camera-dialog" on_close=close>
            <div class="preview">
                <video
                    node_ref=video
                    class="tile-picture"
                    class:mirrored=reactive(move || store.mirrored.get())
                    autoplay
                    playsinline
                    prop:muted=true
                    aria-label="How the others will see you"
                ></video>
                {dynamic(move || match (store.problem.get(), store.camera.get()) {
                    (Some(problem), _) => view! {
                        <p class="preview-words" role="alert">{text::picture_problem(problem)}</p>
                    }.into_any(),
                    (None, Giving::Asking) => view! {
                        <p class="preview-words">"Your browser may ask whether Parley may use the camera."</p>
                    }.into_any(),
                    (None, Giving::Off | Giving::Preview | Giving::On) => ().into_any(),
                })}
            </div>
            <CameraChoice/>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=reactive(move || store.mirrored.get())
                    on:change=move |event| send(PictureIntent::SetMirrored(event_target_checked(&event)))
                />
                "See myself as in a mirror"
            </label>
            {show_when(move || store.camera.get() != Giving::Off && store.blur.get().is_some(), move || view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=reactive(move || store.blur.get() == Some(true))
                        on:change=move |event| send(PictureIntent::SetBlur(event_target_checked(&event)))
                    />
                    "Blur what is behind me"
                </label>
            })}
            <div class="modal-buttons">
                {dynamic(move || match (store.problem.get(), on.get()) {
                    (Some(_), _) => view! {
                        <button type="button" class="primary" on:click=move |_| send(PictureIntent::OpenPreview)>"Try again"</button>
                    }.into_any(),
                    (None, true) => view! {
                        <button type="button" class="primary" on:click=move |_| close.run(())>"Done"</button>
                    }.into_any(),
                    (None, false) => view! {
                        <button
                            type="button"
                            class="primary"
                            disabled=reactive(move || store.own.get().is_none())
                            on:click=move |_| send(PictureIntent::TurnCameraOn)
                        >
                            "Show me"
                        </button>
                    }.into_any(),
                })}
            </div>
        </Modal>
    }
}

#[component]
fn CameraChoice() -> impl IntoView {
    let stores = stores();
    let store = pictures();
    let pick = move |event| {
        let value = event_target_value(&event);
        let camera = (!value.is_empty()).then(|| CameraId::from(value));
        let intent = PictureIntent::ChooseCamera(camera);
        stores.actions.send(CallIntent::Picture(intent));
    };
    view! {
        <label class="field">
            <span class="field-label">"Camera"</span>
            <select on:change=pick>
                <option value="" selected=reactive(move || store.chosen.with(Option::is_none))>"As the system chooses"</option>
                {keyed(move || store.cameras.get(), |camera| camera.id.clone(), move |camera: Camera| {
                    let id = camera.id.clone();
                    view! {
                        <option
                            value=camera.id.to_string()
                            selected=reactive(move || store.chosen.with(|chosen| chosen.as_ref() == Some(&id)))
                        >
                            {if camera.label.is_empty() { "Another camera".to_owned() } else { camera.label }}
                        </option>
                    }
                })}
            </select>
        </label>
    }
}
