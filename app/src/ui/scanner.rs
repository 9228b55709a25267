//! The picture of the camera, in which a QR code is looked for.

use leptos::html;
use leptos::prelude::*;

use crate::ui::hooks::camera::{self, CameraError, Scanning};
use crate::ui::reactive::dynamic;

/// Looks for codes as long as it is on the page.
#[component]
pub fn Scanner(
    /// Called with what a code says, once for each code that is new.
    on_code: Callback<String>,
) -> impl IntoView {
    let video = NodeRef::<html::Video>::new();
    let problem = RwSignal::new(None);
    let scanning = StoredValue::new_local(None::<Scanning>);
    Effect::new(move || {
        if let Some(video) = video.get() {
            let begun = camera::scan(
                &video,
                move |code| on_code.run(code),
                move |error| {
                    let _ = problem.try_set(Some(error));
                },
            );
            scanning.set_value(Some(begun));
        }
    });
    view! {
        <video node_ref=video class="scanner" autoplay playsinline prop:muted=true aria-label="Picture of the camera"></video>
        {dynamic(move || problem.get().map(|error| view! { <p class="form-problem" role="alert">{words(&error)}</p> }))}
    }
}

fn words(error: &CameraError) -> &'static str {
    match error {
        CameraError::Refused => {
            "Parley may not use the camera. Allow it in the browser's settings for this page, or use another way."
        }
        CameraError::Missing => "There is no camera here. Use another way.",
        CameraError::Unavailable(_) => {
            "The camera can't be used right now. Close other programs that use it, or use another way."
        }
    }
}
