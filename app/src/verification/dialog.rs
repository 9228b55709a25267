//! Verifying one person, from the choice of a way to the result. Closing it ends what is under way.

use leptos::prelude::*;

use super::steps::{Choose, Compare, Failed, Scan, ShowCode, Verified, Wait};
use super::store::{Stage, VerificationIntent};
use super::whom::Whom;
use crate::chunk::chunk;
use crate::ids::UserId;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::lazy::{Draw, lazy};
use crate::ui::modal::Modal;
use crate::ui::reactive::dynamic;

chunk!(verification: fn steps() -> Draw = steps_view);

fn steps_view() -> Draw {
    || view! { <Steps/> }.into_any()
}

/// The dialog.
#[component]
pub fn VerifyDialog(id: UserId, name: String, on_close: Callback<()>) -> impl IntoView {
    let actions = stores().actions;
    let title = format!("Verify {}", isolated(&name));
    provide_context(Whom {
        id,
        name,
        is_scanning: RwSignal::new(false),
        on_close,
    });
    on_cleanup(move || actions.send(VerificationIntent::Close));
    view! {
        <Modal title=title on_close=on_close>
            {lazy(steps, || view! { <p class="hint">"One moment…"</p> }.into_any())}
        </Modal>
    }
}

#[component]
fn Steps() -> impl IntoView {
    let with = expect_context::<Whom>();
    let store = stores().verification;
    let id = with.id.clone();
    let stage = Memo::new(move |_| {
        store.under_way.with(|under_way| {
            let under_way = under_way.as_ref();
            under_way
                .filter(|(user, _)| *user == id)
                .map(|(_, stage)| stage.clone())
        })
    });
    dynamic(move || match stage.get() {
        None if with.is_scanning.get() => view! { <Scan/> }.into_any(),
        None => view! { <Choose/> }.into_any(),
        Some(Stage::Asking) => {
            let text = format!(
                "{} sees a notice at the top of Parley now. It waits for ten minutes.",
                isolated(&with.name)
            );
            view! { <Wait text=text/> }.into_any()
        }
        Some(Stage::Agreeing) => view! { <Wait text="Getting ready…".to_owned()/> }.into_any(),
        Some(Stage::Waiting) => {
            let text = format!(
                "Waiting for {} to say that they match.",
                isolated(&with.name)
            );
            view! { <Wait text=text/> }.into_any()
        }
        Some(Stage::Showing(code)) => view! { <ShowCode code=code/> }.into_any(),
        Some(Stage::Comparing(comparison)) => view! { <Compare comparison=comparison/> }.into_any(),
        Some(Stage::Verified) => view! { <Verified/> }.into_any(),
        Some(Stage::Failed(failure)) => view! { <Failed failure=failure/> }.into_any(),
    })
}
