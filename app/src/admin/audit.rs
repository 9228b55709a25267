//! Who did what when: the community log in words, newest first, with a filter. Every entry is signed by its author and
//! was checked by this browser; the relay has no say in it.

use leptos::prelude::*;

use super::part::part;
use super::store::{AdminIntent, Deed, DeedKind, Page};
use super::text;
use crate::stores::stores;
use crate::ui::hooks::local_time;
use crate::ui::reactive::dynamic;

/// Lines that are drawn at a time.
const LINES: usize = 100;

#[component]
pub fn AuditPage() -> impl IntoView {
    let actions = stores().actions;
    actions.send(AdminIntent::Look(Page::Audit));
    let wanted = RwSignal::new(String::new());
    let kind = RwSignal::new(None::<DeedKind>);
    let lines = RwSignal::new(LINES);
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        let mut all = DeedKind::ALL.into_iter();
        kind.set(all.find(|kind| kind.as_str() == chosen));
        lines.set(LINES);
    };
    view! {
        <p class="hint">"From the log that members sign, checked in this browser. The relay can neither add to it nor take from it. Times are by the clocks of those who wrote."</p>
        <div class="invite-terms">
            <label class="field">
                <span class="field-label">"Find"</span>
                <input
                    type="search"
                    dir="auto"
                    maxlength="64"
                    autocomplete="off"
                    on:input=move |event| {
                        wanted.set(event_target_value(&event));
                        lines.set(LINES);
                    }
                />
            </label>
            <label class="field">
                <span class="field-label">"About"</span>
                <select on:change=choose>
                    <option value="">"Everything but vaults"</option>
                    {DeedKind::ALL.into_iter().map(|kind| view! { <option value=kind.as_str()>{text::kind(kind)}</option> }).collect_view()}
                </select>
            </label>
        </div>
        {part(Page::Audit, |shown| &shown.deeds, move |deeds| deeds_shown(deeds, wanted, kind, lines))}
    }
}

fn deeds_shown(
    deeds: Vec<Deed>,
    wanted: RwSignal<String>,
    kind: RwSignal<Option<DeedKind>>,
    lines: RwSignal<usize>,
) -> AnyView {
    dynamic(move || {
        let (text, kind, lines_now) = (wanted.get().to_lowercase(), kind.get(), lines.get());
        let mut found = deeds.iter().filter(|deed| matches(deed, &text, kind));
        let rows: Vec<Deed> = found.by_ref().take(lines_now).cloned().collect();
        let more = found.count();
        if rows.is_empty() {
            return view! { <p class="list-empty">"Nothing like that happened."</p> }.into_any();
        }
        view! {
            <ol class="deeds" aria-label="What happened, newest first">
                {rows.into_iter().map(|deed| view! { <Row deed=deed/> }).collect_view()}
            </ol>
            {(more > 0).then(|| view! {
                <button type="button" class="quiet" on:click=move |_| lines.update(|lines| *lines += LINES)>
                    {format!("Show {} more", more.min(LINES))}
                </button>
            })}
        }
        .into_any()
    })
}

/// What devices write by themselves is shown when it is asked for.
fn matches(deed: &Deed, text: &str, kind: Option<DeedKind>) -> bool {
    let is_of_kind = kind.map_or(deed.kind != DeedKind::Vaults, |kind| deed.kind == kind);
    let has = |of: &str| of.to_lowercase().contains(text);
    is_of_kind && (text.is_empty() || has(&deed.who) || has(&deed.what))
}

#[component]
fn Row(deed: Deed) -> impl IntoView {
    let Deed {
        entry,
        at,
        who,
        what,
        kind: _,
    } = deed;
    view! {
        <li>
            <p><strong><bdi>{who}</bdi></strong>" "{what}</p>
            <p class="hint">{format!("{} · entry {entry}", local_time::full(at))}</p>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeds_are_found_by_who_what_and_kind() {
        let deed = |kind| Deed {
            entry: 1,
            at: 0.0,
            who: "Ada".into(),
            what: "made an invite".into(),
            kind,
        };
        let invite = deed(DeedKind::Invites);
        assert!(matches(&invite, "", None));
        assert!(matches(&invite, "ada", None));
        assert!(matches(&invite, "invite", Some(DeedKind::Invites)));
        assert!(!matches(&invite, "", Some(DeedKind::Roles)));
        assert!(!matches(&invite, "ben", None));
        assert!(!matches(&deed(DeedKind::Vaults), "", None));
        assert!(matches(&deed(DeedKind::Vaults), "", Some(DeedKind::Vaults)));
    }
}
