//! The QR code for the authenticator app, and the code that it shows, typed back.

use leptos::prelude::*;

use crate::enrolment::store::Secret;
use crate::security::store::SecurityIntent;
use crate::security::work_area::WorkArea;
use crate::stores::stores;
use crate::ui::field::text::TextField;
use crate::ui::qr_code::QrCode;

/// Scan, then type.
#[component]
pub(super) fn Scan(
    /// In base32, for typing.
    secret: String,
    /// The same as an address.
    uri: String,
) -> impl IntoView {
    let actions = stores().actions;
    let code = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        actions.send(SecurityIntent::EnableFactor {
            code: Secret::new(code.get_untracked()),
        });
    };
    view! {
        <p>"Scan this with your authenticator app."</p>
        <QrCode text=uri label="QR code for an authenticator app"/>
        <details>
            <summary>"Type it instead"</summary>
            <p class="hint">"Choose “enter a setup key” in the app, and type:"</p>
            <code class="break">{grouped(&secret)}</code>
        </details>
        <form on:submit=submit>
            <TextField id="code" label="Code from the app" value=code autocomplete="one-time-code" hint="Six digits." problem=None max=12/>
            <WorkArea label="Turn the second step on" ready=Signal::derive(move || code.with(|it| it.trim().len() >= 6))/>
        </form>
    }
}

/// Groups of four, which are easier to type.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_secret_is_typed_in_groups() {
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
