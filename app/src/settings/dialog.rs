//! Settings: pages with room, and a list of them. On a wide screen the list stands beside the page; on a phone one sees
//! the list first, then the page with a way back.

use leptos::prelude::*;

use super::store::Section;
use super::text;
use crate::security::store::Reminder;
use crate::shell::store::{Dialog, ShellIntent};
use crate::stores::stores;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, keyed, reactive, show_when};

/// The list and the page that was chosen.
#[component]
pub fn SettingsDialog(
    on_close: Callback<()>,
    /// Draws a page: each belongs to its own feature.
    draw: fn(Section) -> AnyView,
) -> impl IntoView {
    let chosen = stores().view.settings;
    let shown = Memo::new(move |_| chosen.get().unwrap_or(Section::Appearance));
    let close = Callback::new(move |()| {
        chosen.set(None);
        on_close.run(());
    });
    view! {
        <Modal title="Settings" class="settings" on_close=close>
            <div
                class="settings-frame"
                data-shows=reactive(move || if chosen.with(Option::is_some) { "page" } else { "list" })
            >
                <List chosen=chosen shown=shown/>
                <section class="settings-page" aria-labelledby="settings-page">
                    <header class="settings-head">
                        <button
                            type="button"
                            class="icon-button settings-back"
                            aria-label="All settings"
                            on:click=move |_| {
                                chosen.set(None);
                                focus::on(".settings-list button");
                            }
                        >
                            <Icon name=IconName::Back/>
                        </button>
                        <h3 id="settings-page" tabindex="-1">{dynamic(move || text::section(shown.get()))}</h3>
                    </header>
                    {dynamic(move || draw(shown.get()))}
                </section>
            </div>
        </Modal>
    }
}

#[component]
fn List(chosen: RwSignal<Option<Section>>, shown: Memo<Section>) -> impl IntoView {
    let stores = stores();
    let dialog = stores.view.dialog;
    let open = move |section| {
        chosen.set(Some(section));
        focus::on("#settings-page");
    };
    view! {
        <nav class="settings-list" aria-label="Pages of the settings">
            <ul>
                {keyed(|| Section::ALL.to_vec(), |section| *section as u8, move |section| view! {
                    <li>
                        <button
                            type="button"
                            aria-current=reactive(move || (shown.get() == section).then_some("page"))
                            on:click=move |_| open(section)
                        >
                            <Icon name=icon(section)/>
                            {text::section(section)}
                            {show_when(move || section == Section::Security && stores.security.reminder.get() != Reminder::None, || view! {
                                <span class="to-do">"1 to do"</span>
                            })}
                        </button>
                    </li>
                })}
            </ul>
            <ul class="settings-more">
                {show_when(move || stores.session.installable.get(), move || view! {
                    <li><button type="button" on:click=move |_| stores.actions.send(ShellIntent::InstallApp)>
                        <Icon name=IconName::Install/>
                        "Install as an app"
                    </button></li>
                })}
                {show_when(move || stores.community.powers.get().manage_channels, move || view! {
                    <li><button type="button" on:click=move |_| dialog.set(Some(Dialog::Emoji))>
                        <Icon name=IconName::Smile/>
                        "Community emoji"
                    </button></li>
                })}
                {show_when(move || stores.community.powers.get().manage_roles, move || view! {
                    <li><button type="button" on:click=move |_| dialog.set(Some(Dialog::Roles))>
                        <Icon name=IconName::People/>
                        "Roles"
                    </button></li>
                })}
                {show_when(move || stores.community.powers.get().administer, move || view! {
                    <li><button type="button" on:click=move |_| dialog.set(Some(Dialog::Admin))>
                        <Icon name=IconName::Poll/>
                        "Administration"
                    </button></li>
                })}
                <li><button type="button" on:click=move |_| dialog.set(Some(Dialog::Security))>
                    <Icon name=IconName::Lock/>
                    "How this is protected"
                </button></li>
                <li><button type="button" on:click=move |_| dialog.set(Some(Dialog::Shortcuts))>
                    <Icon name=IconName::Keyboard/>
                    "Keyboard shortcuts"
                </button></li>
                <li><button type="button" on:click=move |_| dialog.set(Some(Dialog::SignOut))>
                    <Icon name=IconName::Leave/>
                    "Sign out"
                </button></li>
            </ul>
        </nav>
    }
}

fn icon(section: Section) -> IconName {
    match section {
        Section::Appearance => IconName::Eye,
        Section::Privacy => IconName::EyeOff,
        Section::Sound => IconName::Voice,
        Section::Account => IconName::People,
        Section::Security => IconName::Key,
        Section::Devices => IconName::Tabs,
        Section::Health => IconName::Check,
    }
}
