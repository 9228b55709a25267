//! What is encrypted, in plain words first; below it the figures that two people can compare.

use leptos::prelude::*;

use super::store::SecurityIntent;
use crate::settings::store::Section;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::dynamic;

/// Plain words, then figures.
#[component]
pub fn SecurityDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    stores.actions.send(SecurityIntent::Look);
    let security = stores.security.figures;
    let health = stores.security.health;
    let is_persistent = move || health.with(|it| it.storage.is_some_and(|it| it.is_persistent));
    view! {
        <Modal title="How this is protected" on_close=on_close>
            <ul class="plain-facts">
                <li><strong>"Messages and calls"</strong> " are encrypted in your browser, and opened only in the browsers of members."</li>
                <li><strong>"The relay"</strong> " passes on what it can't read. It can see who is connected, and when and how much they send."</li>
                <li><strong>"Who is a member"</strong> " is written in a log that members sign. The relay can't add anybody."</li>
                <li><strong>"This browser"</strong> {dynamic(move || if is_persistent() {
                    " keeps your keys and messages encrypted."
                } else {
                    " keeps your keys and messages encrypted, but may throw them away when it needs room. Installing Parley as an app prevents that."
                })}</li>
                <li><strong>"One limit:"</strong> " the relay also serves this page. You trust it once, when you first open the link."</li>
            </ul>
            <h3>"To compare with somebody"</h3>
            <p class="hint">"If these are the same on two screens, both see the same community and the same history."</p>
            <dl class="figures">
                <dt>"Community"</dt>
                <dd><code class="break">{dynamic(move || grouped(&security.with(|s| s.genesis.clone())))}</code></dd>
                <dt>"Log entries"</dt>
                <dd>{dynamic(move || stores.security.log_height.get().to_string())}</dd>
                <dt>"Log head"</dt>
                <dd><code class="break">{dynamic(move || grouped(&security.with(|s| s.log_head.clone())))}</code></dd>
            </dl>
            <button type="button" class="quiet" on:click=move |_| stores.view.open_settings(Some(Section::Devices))>
                <Icon name=IconName::Tabs/>
                "Your devices"
            </button>
        </Modal>
    }
}

/// Groups of four, which are easier to compare.
fn grouped(hex: &str) -> String {
    let characters: Vec<char> = hex.chars().collect();
    characters
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn figures_are_in_groups_of_four() {
        assert_eq!(grouped("0123456789"), "0123 4567 89");
        assert_eq!(grouped(""), "");
    }
}
