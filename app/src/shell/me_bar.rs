//! Oneself, at the bottom left: name, whether the relay answers, microphone, settings.

use leptos::prelude::*;

use super::store::Dialog;
use crate::call::buttons::{DeafenButton, MuteButton};
use crate::connection::store::Link;
use crate::people::text;
use crate::security::store::Reminder;
use crate::stores::stores;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive, show_when};

/// The bar below the channels. The microphone is shown here while no call bar shows it.
#[component]
pub fn MeBar() -> impl IntoView {
    let stores = stores();
    let me = stores.community.me;
    let in_call = Memo::new(move |_| stores.call.mine.with(Option::is_some));
    let here = Memo::new(move |_| stores.people.own.with(|own| own.presence));
    let words = Memo::new(move |_| match stores.connection.link.get() {
        Link::Connecting => "Connecting…",
        Link::Online => text::own(here.get()),
        Link::Offline { .. } => "Offline",
        Link::Out => "Signed out",
    });
    let says = Memo::new(move |_| stores.people.own.with(text::own_line));
    let line = move || {
        let is_online = stores.connection.link.get() == Link::Online;
        let says = says.get().filter(|_| is_online);
        says.unwrap_or_else(|| words.get().to_owned())
    };
    view! {
            <div class="me-bar">
                {dynamic(move || me.get().map(|me| view! {
                    <button
                        type="button"
                        class="me-button"
                        data-presence=reactive(move || text::look(here.get()))
                        title="Your status"
                        on:click=move |_| stores.view.dialog.set(Some(Dialog::OwnStatus))
                    >
                        <span class="person-sign">
                            <Avatar user=me.id name=me.name.clone()/>
                            <span class="presence"></span>
                        </span>
                        <span class="me-words">
                            <strong><bdi>{me.name}</bdi></strong>
                            <span class="unseen">
                                ", Your status: " {move || words.get()} {move || says.get().map(|says| format!(", {says}"))}
                            </span>
                            <span class="hint" aria-hidden="true">{line}</span>
                        </span>
                    </button>
                }))}
                {show_when(move || !in_call.get(), move || view! {
                    <MuteButton/>
                    <DeafenButton/>
    })}
                <button
                    type="button"
                    class="icon-button"
                    class:dot=reactive(move || stores.security.reminder.get() != Reminder::None)
                    aria-label="Settings"
                    title="Settings (Ctrl+,)"
                    on:click=move |_| stores.view.dialog.set(Some(Dialog::Settings))
                >
                    <Icon name=IconName::Settings/>
                </button>
            </div>
        }
}
