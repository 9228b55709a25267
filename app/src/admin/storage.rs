//! What takes room at the relay, how much is left, and whose files take most.

use leptos::prelude::*;

use super::part::part;
use super::store::{AdminIntent, Largest, Page, Storage};
use super::text::{bytes, count};
use crate::stores::stores;

#[component]
pub fn StoragePage() -> impl IntoView {
    let actions = stores().actions;
    actions.send(AdminIntent::Look(Page::Storage));
    part(Page::Storage, |shown| &shown.storage, storage)
}

fn storage(storage: Storage) -> AnyView {
    let Storage {
        database,
        files,
        file_count,
        file_quota,
        member_quota,
        vaults,
        mailboxes,
        disk_free,
        largest,
    } = storage;
    let left = disk_free.map_or_else(|| "not known".to_owned(), bytes);
    view! {
        <section class="matter">
            <h4>"Files"</h4>
            <p>{format!("{} of {} that all files together may take.", bytes(files), bytes(file_quota))}</p>
            <progress class="past-progress" max="1000" value=permille(files, file_quota) aria-label="Room that files take"></progress>
            <p class="hint">{format!("{}. One member may have {}.", count(file_count, "piece", "pieces"), bytes(member_quota))}</p>
        </section>
        <section class="matter">
            <h4>"The rest"</h4>
            <dl class="figures">
                <dt>"Database"</dt><dd>{bytes(database)}</dd>
                <dt>"of it, vaults"</dt><dd>{bytes(vaults)}</dd>
                <dt>"of it, waiting for devices"</dt><dd>{bytes(mailboxes)}</dd>
                <dt>"Free on the disk"</dt><dd>{left}</dd>
            </dl>
        </section>
        <section class="matter">
            <h4>"Whose files take most"</h4>
            {most(largest, member_quota)}
        </section>
    }
    .into_any()
}

fn most(largest: Vec<Largest>, quota: f64) -> AnyView {
    if largest.is_empty() {
        return view! { <p class="list-empty">"Nobody has sent a file yet."</p> }.into_any();
    }
    view! {
        <ul class="own-devices" aria-label="Whose files take most">
            {largest.into_iter().map(|row| {
                let Largest { id: _, name, bytes: used } = row;
                let label = format!("{name}: {} of {}", bytes(used), bytes(quota));
                view! {
                    <li>
                        <div class="device-head">
                            <strong><bdi>{name}</bdi></strong>
                            <span>{bytes(used)}</span>
                        </div>
                        <progress class="past-progress" max="1000" value=permille(used, quota) aria-label=label></progress>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
    .into_any()
}

/// Parts in a thousand, as the element takes them.
fn permille(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 { part / whole } else { 0.0 };
    format!("{:.0}", share.clamp(0.0, 1.0) * 1000.0)
}
