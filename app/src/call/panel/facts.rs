//! The connection to one person in figures, with its last minutes. Drawn while somebody has it open.

use leptos::prelude::*;

use super::graph;
use crate::call::store::Peer;
use crate::call::store::figures::Figures;
use crate::call::text;
use crate::ui::reactive::{dynamic, show_when};

/// Something to open below a person.
#[component]
pub fn Connection(peer: Memo<Option<Peer>>) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <details class="call-detail" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>"Connection"</summary>
            {show_when(move || open.get(), move || dynamic(move || peer.get().map(|peer| facts(&peer))))}
        </details>
    }
}

fn facts(peer: &Peer) -> AnyView {
    let rows: Vec<_> = rows(&peer.figures)
        .into_iter()
        .map(|(what, value)| view! { <dt>{what}</dt> <dd>{value.unwrap_or_else(|| "–".to_owned())}</dd> })
        .collect();
    view! {
        <dl class="figures">{rows}</dl>
        {graph::draw(&peer.past)}
    }
    .into_any()
}

fn rows(figures: &Figures) -> [(&'static str, Option<String>); 10] {
    let time = |value: Option<f64>| value.map(|value| format!("{value:.0} ms"));
    [
        (
            "Sound travels",
            figures.path.map(|path| text::path(path).to_owned()),
        ),
        ("There and back", time(figures.round_trip_ms)),
        ("Lost on the way here", figures.loss.map(text::percent)),
        (
            "Lost on the way there",
            figures.loss_there.map(text::percent),
        ),
        ("Unevenness", time(figures.jitter_ms)),
        ("Held back to even that out", time(figures.buffered_ms)),
        ("Comes in", figures.incoming.map(text::bits)),
        ("Goes out", figures.outgoing.map(text::bits)),
        ("Packed as", figures.codec.as_deref().map(text::codec)),
        ("Encrypted by", figures.cipher.clone()),
    ]
}
