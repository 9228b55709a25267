//! Letting people in: a link and its QR code, how long it lasts and for how many; the links that are still
//! open; and former members who may come back.

use leptos::prelude::*;

use super::guest_link::GuestLink;
use super::let_back_in::FormerMembers;
use super::list::InviteList;
use super::made::Made;
use super::store::InviteIntent;
use super::store::Making;
use crate::stores::stores;
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, reactive};

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
const LASTS: &[(&str, Option<u32>)] = &[
    ("1 hour", Some(HOUR)),
    ("1 day", Some(DAY)),
    ("7 days", Some(7 * DAY)),
    ("30 days", Some(30 * DAY)),
    ("until taken back", None),
];
const USES: &[(&str, Option<u32>)] = &[
    ("1 person", Some(1)),
    ("5 people", Some(5)),
    ("25 people", Some(25)),
    ("100 people", Some(100)),
    ("any number", None),
];
/// Seven days, 25 people: long enough for a group to come in, short enough for a lost link not to matter.
const DEFAULT: usize = 2;

/// Makes a link, shows it, and lists those that are still open.
#[component]
pub fn InviteDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let making = stores.invites.making;
    stores.actions.send(InviteIntent::ListInvites);
    let lasts = RwSignal::new(DEFAULT);
    let uses = RwSignal::new(DEFAULT);
    let make = move |_| {
        let chosen =
            |from: &[(&str, Option<u32>)], at: usize| from.get(at).and_then(|(_, value)| *value);
        stores.actions.send(InviteIntent::MakeInvite {
            expires_in: chosen(LASTS, lasts.get_untracked()),
            uses: chosen(USES, uses.get_untracked()),
        });
    };
    let working = Memo::new(move |_| making.get() == Making::Working);
    view! {
        <Modal title="Invite people" on_close=on_close>
            {dynamic(move || match making.get() {
                Making::Made { link, .. } => view! {
                    <Made
                        link=link
                        label="Invite link"
                        hint="The link is a key: it is shown here once and kept nowhere.".to_owned()
                    />
                }.into_any(),
                Making::Failed(text) => view! { <p class="form-problem" role="alert">{text}</p> }.into_any(),
                Making::Idle | Making::Working => view! {
                    <p>"Whoever opens the link can choose a name and come in. Send it to people you trust."</p>
                }.into_any(),
            })}
            <div class="invite-terms">
                <Terms label="The link lasts" from=LASTS chosen=lasts/>
                <Terms label="It lets in" from=USES chosen=uses/>
            </div>
            <button
                type="button"
                class=reactive(move || if matches!(making.get(), Making::Made { .. }) { "quiet big" } else { "primary big" })
                autofocus
                disabled=reactive(move || working.get())
                on:click=make
            >
                {dynamic(move || match making.get() {
                    Making::Working => "Making the link…",
                    Making::Made { .. } => "Make another link",
                    Making::Idle | Making::Failed(_) => "Make invite link",
                })}
            </button>
            <GuestLink/>
            <InviteList/>
            <FormerMembers/>
        </Modal>
    }
}

#[component]
fn Terms(
    label: &'static str,
    from: &'static [(&'static str, Option<u32>)],
    chosen: RwSignal<usize>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <select on:change=move |event| {
                if let Ok(at) = event_target_value(&event).parse() {
                    chosen.set(at);
                }
            }>
                {from.iter().enumerate().map(|(at, (text, _))| view! {
                    <option value=at.to_string() selected=at == DEFAULT>{*text}</option>
                }).collect_view()}
            </select>
        </label>
    }
}
