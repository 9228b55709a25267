//! On the new device: the code is typed or came with the address, then two digits to compare on the other device.

use leptos::prelude::*;

use super::store::{LinkingIntent, NewStage};
use super::text;
use crate::enrolment::store::{Secret, SessionIntent};
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::form_page::FormPage;
use crate::ui::reactive::dynamic;

/// The page.
#[component]
pub fn LinkPage(
    /// The code, if it came with the address.
    code: Option<Secret>,
) -> impl IntoView {
    let stores = stores();
    let stage = stores.linking.new;
    stage.set(None);
    if let Some(code) = code {
        let code = code.into_inner();
        stores.actions.send(LinkingIntent::UseCode(code));
    }
    let back = move |_| {
        stores.actions.send(LinkingIntent::Close);
        stores.submit(SessionIntent::StartOver);
    };
    let title = Signal::derive(|| "Use another device".to_owned());
    view! {
        <FormPage title=title lead="On a device where you are signed in, open Settings, then Devices, then \"Link a device\".".to_owned()>
            {dynamic(move || match stage.get() {
                Some(NewStage::Comparing(digits)) => view! {
                    <p>"Does your other device show this number? Answer there."</p>
                    <p class="link-digits" role="status">{digits}</p>
                }.into_any(),
                Some(NewStage::Joining) => view! { <p class="waiting" role="status">"Looking for your other device…"</p> }.into_any(),
                Some(NewStage::Registering) => view! { <p class="waiting" role="status">"Signing in…"</p> }.into_any(),
                Some(NewStage::Failed(failure)) => view! {
                    <p class="form-problem" role="alert">{text::failure(failure)}</p>
                    <TypeCode/>
                }.into_any(),
                None => view! { <TypeCode/> }.into_any(),
            })}
            <button type="button" class="text-button" on:click=back>"Sign in with name and password"</button>
        </FormPage>
    }
}

#[component]
fn TypeCode() -> impl IntoView {
    let actions = stores().actions;
    let typed = RwSignal::new(String::new());
    let none = Signal::derive(|| None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        actions.send(LinkingIntent::UseCode(typed.get_untracked()));
    };
    view! {
        <form class="link-form" novalidate on:submit=submit>
            <TextField
                id="link-code"
                label="Code from your other device"
                value=typed
                autocomplete="off"
                max=64
                problem=none
                first=true
            />
            <button type="submit" class="primary big">"Go on"</button>
        </form>
    }
}
