//! Why the socket does not open although something answers: what a web server in front of the relay does wrong, found
//! by asking the same addresses without a socket, and said so that a person knows whom to tell what.

use leptos::prelude::*;

use crate::ui::lazy::Draw;
use crate::ui::reactive::dynamic;

use super::store::Obstacle;
use crate::stores::stores;

/// Draws what is in the way.
pub fn view() -> Draw {
    || view! { <InTheWay/> }.into_any()
}

#[component]
fn InTheWay() -> impl IntoView {
    let obstacle = stores().connection.obstacle;
    dynamic(move || {
        obstacle.get().map(|obstacle| {
            let (words, hint) = text(obstacle);
            view! {
                <div class="banner-words">
                    <p>{words}</p>
                    <details>
                        <summary>"For the host"</summary>
                        <p class="hint">{hint}</p>
                    </details>
                </div>
            }
        })
    })
}

/// For everybody, and for whoever hosts the community.
fn text(obstacle: Obstacle) -> (&'static str, &'static str) {
    match obstacle {
        Obstacle::NoSockets => (
            "The web server in front of this community's relay does not pass WebSockets, so nothing can be sent or received. What you write is kept here. Tell whoever hosts it.",
            "The relay answers at this address, and a WebSocket to /socket does not get through. Let the web server hand on the headers Upgrade and Connection for /socket, by HTTP/1.1, with a read timeout above 60 seconds; and let it hand on the Host header as it came. The relay's log has the lines to add.",
        ),
        Obstacle::OtherHost => (
            "The web server in front of this community's relay asks it for another address than yours, so the relay takes you for another site. What you write is kept here. Tell whoever hosts it.",
            "Requests reach the relay with another Host header than the page's. Let the web server hand it on as it came (nginx: proxy_set_header Host $host), and tell the relay its public_url. The relay's log has the lines to add.",
        ),
        Obstacle::NobodyBehind => (
            "The web server of this community answers, but the relay behind it doesn't. What you write is kept here and sent when it is back. If it lasts, tell whoever hosts it.",
            "The web server in front cannot reach the relay: check that the relay runs, and that the web server asks for it at the address and port where it listens.",
        ),
        Obstacle::SomebodyElse => (
            "Something else than this community's relay answers here: a sign-in page of your network, perhaps, or a web server that is set up wrong. What you write is kept here and sent when the relay is back.",
            "Requests for /socket and /diagnosis are answered by something that is not the relay. Let the web server in front pass on every path to it.",
        ),
    }
}
