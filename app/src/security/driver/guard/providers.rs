//! Identity providers at which the member is known: which there are, linking one, and unlinking it. The page is away
//! between the proof and the link.

use parley_protocol::auth::{FinishOidcRequest, ProviderRequest, Ticket};
use parley_protocol::error::ErrorCode;

use super::super::guarding::{Answer, Done, Here, SecurityInput};
use super::access::Access;
use super::{Guard, problem};
use crate::driver::relay;
use crate::enrolment::store::Secret;
use crate::platform::http::HttpError;
use crate::platform::{location, task};
use crate::security::store::{OwnProvider, Proving};

impl Guard {
    pub(super) fn link_provider(&mut self, provider: String, proof: Proving, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let proven = member.prove(proof).await?;
            let token = access.token().await?;
            let proof = proven.proof().await?;
            let departure = relay::provider::link(&token, &ProviderRequest { proof, provider })
                .await
                .map_err(|error| proven.problem(&error))?;
            let is_page = |address: &String| address.starts_with("http");
            let address = departure.address.filter(is_page);
            let address = address.ok_or_else(problem::provider_away)?;
            Ok(Answer::Leave(address))
        });
    }

    /// The page is back from a provider.
    pub(super) fn came_back(&mut self, returned: Result<Secret, String>, here: &Here<'_>) {
        match returned {
            Ok(ticket) => self.finish_link(ticket, here),
            Err(reason) => self.stores.view.notify_problem(not_linked(&reason)),
        }
    }

    fn finish_link(&self, ticket: Secret, here: &Here<'_>) {
        let access = Access::new(here, &self.port);
        let request = FinishOidcRequest {
            ticket: Ticket(ticket.into_inner()),
        };
        let view = self.stores.view;
        let port = self.port.clone();
        task::spawn(async move {
            let Ok(token) = access.token().await else {
                return view.notify_problem(not_linked("away"));
            };
            match relay::provider::finish_link(&token, &request).await {
                Ok(()) => view.notify("Linked. From now on it signs you in."),
                Err(error) => view.notify_problem(refused(&error)),
            }
            if let Some(looked) = look(&access).await {
                port.put(SecurityInput::Done(looked));
            }
        });
    }

    pub(super) fn unlink_provider(&mut self, provider: String, proof: Proving, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let proven = member.prove(proof).await?;
            let token = access.token().await?;
            let proof = proven.proof().await?;
            relay::provider::unlink(&token, &ProviderRequest { proof, provider })
                .await
                .map_err(|error| proven.problem_of_removal(&error))?;
            Ok(Answer::Unlinked)
        });
    }
}

/// Leaves the page.
pub(super) fn leave(address: &str) {
    location::go_to(address);
}

/// What the relay says of them. Nothing where it has none.
pub(super) async fn look(access: &Access) -> Option<Done> {
    let providers = relay::info().await.ok()?.providers;
    if providers.is_empty() {
        return None;
    }
    let token = access.token().await.ok()?;
    let linked = relay::provider::linked(&token).await.ok()?.providers;
    let own = providers.into_iter().map(|provider| OwnProvider {
        is_linked: linked.contains(&provider.id),
        id: provider.id,
        name: provider.name,
    });
    Some(Done::Providers(own.collect()))
}

fn not_linked(reason: &str) -> &'static str {
    match reason {
        "declined" => "You were not signed in there, so nothing was linked.",
        "expired" => "That took too long, or was begun in another browser. Try again.",
        "busy" => "That was a lot of tries. Wait a minute, then go on.",
        _ => "It can't be asked at the moment. Try again in a minute.",
    }
}

fn refused(error: &HttpError) -> &'static str {
    match error {
        HttpError::Refused(refusal) if refusal.code == ErrorCode::NotPermitted => {
            "That account signs somebody in here already, or you have another one linked there."
        }
        HttpError::Refused(_) => not_linked("expired"),
        HttpError::Unreachable(_) | HttpError::Unreadable { .. } => not_linked("away"),
    }
}
