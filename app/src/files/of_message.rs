//! All files of a message: pictures together in a grid, then what is played, then the rest.

use leptos::prelude::*;

use super::asks::Handle;
use super::other::OtherFile;
use super::picture::Picture;
use super::player::Player;
use super::store::{File, Kind};
use super::video::Video;
use crate::stores::stores;

/// In the order in which they were sent, but for pictures, which come first.
#[component]
pub fn FilesOfMessage(files: Vec<File>) -> impl IntoView {
    let looking = stores().files.looking;
    let (pictures, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| matches!(file.kind, Kind::Image { .. }));
    let count = pictures.len();
    let pictures = pictures
        .into_iter()
        .map(|file| {
            let id = file.id.clone();
            let on_open = Callback::new(move |()| looking.set(Some(id.clone())));
            let handle = Handle::new(file);
            view! { <Picture handle=handle alone=count == 1 on_open=on_open/> }
        })
        .collect_view();
    let others = others
        .into_iter()
        .map(|file| {
            let handle = Handle::new(file);
            match handle.file.kind {
                Kind::Video { .. } => view! { <Video handle=handle/> }.into_any(),
                Kind::Audio { .. } | Kind::Voice { .. } => {
                    view! { <Player handle=handle/> }.into_any()
                }
                Kind::Image { .. } | Kind::Other => view! { <OtherFile handle=handle/> }.into_any(),
            }
        })
        .collect_view();
    view! {
        <div class="files">
            {(count > 0).then(|| view! {
                <div class="file-grid" data-count=count.min(5).to_string()>{pictures}</div>
            })}
            {others}
        </div>
    }
}
