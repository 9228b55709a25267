//! The key itself: groups, a QR code, and ways to keep it. Printed, it is a sheet of its own.

use leptos::prelude::*;

use crate::security::store::{SavedText, SecurityIntent};
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::qr_code::QrCode;

/// Shows the key.
#[component]
pub(super) fn Sheet(
    /// In groups, joined by `-`.
    recovery_key: String,
    /// The person has it somewhere.
    on_kept: Callback<()>,
) -> impl IntoView {
    let stores = stores();
    let actions = stores.actions;
    let community = stores.community.name.get_untracked();
    let me = stores.community.me.get_untracked();
    let name = me.map(|me| me.name).unwrap_or_default();
    let words = format!("Recovery key of {name} in {community}");
    let copy = {
        let text = recovery_key.clone();
        move |_| {
            actions.send(ShellIntent::Copy {
                text: text.clone(),
                said: "Recovery key copied",
            });
        }
    };
    let save = {
        let text = format!("{words}\n\n{recovery_key}\n");
        move |_| {
            actions.send(SecurityIntent::Save(SavedText {
                file: "parley-recovery-key.txt",
                text: text.clone(),
            }));
        }
    };
    let groups: Vec<String> = recovery_key.split('-').map(str::to_owned).collect();
    view! {
        <div class="printed">
            <p class="printed-only">{words} ". Type it under “Forgot your password?” on the sign-in page. Whoever has this sheet can read your messages."</p>
            <ol class="recovery-key" aria-label="Recovery key">
                {groups.into_iter().map(|group| view! { <li><code>{group}</code></li> }).collect_view()}
            </ol>
            <QrCode text=recovery_key label="QR code of the recovery key"/>
        </div>
        <p>"It is shown this once. Put it into a password manager, or print it and keep it where you keep important papers."</p>
        <div class="button-row">
            <button type="button" class="quiet" on:click=copy><Icon name=IconName::Copy/>"Copy"</button>
            <button type="button" class="quiet" on:click=move |_| actions.send(SecurityIntent::Print)>"Print"</button>
            <button type="button" class="quiet" on:click=save><Icon name=IconName::Install/>"Save as a file"</button>
        </div>
        <div class="modal-buttons">
            <button type="button" class="quiet" on:click=move |_| actions.send(SecurityIntent::RecoveryKeyLater)>"Remind me later"</button>
            <button type="button" class="primary" on:click=move |_| on_kept.run(())>"I have kept it"</button>
        </div>
    }
}
