//! Guests: what they may send, and that they are gone when their time is over. Everything that is not named here is
//! refused; what a page sends by itself, and nobody waits for, is passed over.

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, Request};
use parley_protocol::ids::DeviceId;

use super::{ConnectionId, Core};
use crate::refusal::refused;

impl Core {
    pub(super) fn is_guest(&self, connection: ConnectionId) -> bool {
        let found = self.connections.get(&connection);
        found.is_some_and(|found| found.guest.is_some())
    }

    /// What of a frame is carried out: of a member's all, of a guest's what belongs to their call.
    pub(super) fn let_through(
        &self,
        connection: ConnectionId,
        frame: ClientToRelay,
    ) -> Option<ClientToRelay> {
        if !self.is_guest(connection) {
            return Some(frame);
        }
        match frame {
            ClientToRelay::Hello(_) | ClientToRelay::VoiceState { .. } | ClientToRelay::Ping => {
                Some(frame)
            }
            ClientToRelay::MailReceived { .. }
            | ClientToRelay::Typing { .. }
            | ClientToRelay::Watch { .. }
            | ClientToRelay::Presence { .. } => None,
            ClientToRelay::Request { id, request } => {
                let Some(request) = self.of_call(connection, request) else {
                    self.respond(connection, id, Err(refused(ErrorCode::NotPermitted)));
                    return None;
                };
                Some(ClientToRelay::Request { id, request })
            }
        }
    }

    fn of_call(&self, connection: ConnectionId, request: Request) -> Option<Request> {
        match request {
            Request::JoinVoice { .. } | Request::LeaveVoice | Request::IceServers => Some(request),
            // To those in the call, now or not at all.
            Request::SendMail { id, mut mail } => {
                mail.retain(|mail| mail.transient && self.is_in_call_with(connection, &mail.to));
                Some(Request::SendMail { id, mail })
            }
            Request::ClaimPrekeys { mut devices } => {
                devices.retain(|device| self.is_in_call_with(connection, device));
                Some(Request::ClaimPrekeys { devices })
            }
            Request::Append { .. }
            | Request::Announce { .. }
            | Request::Post { .. }
            | Request::Redact { .. }
            | Request::PublishPrekeys { .. }
            | Request::History { .. }
            | Request::Subscribe { .. }
            | Request::JoinRoom { .. }
            | Request::AppendVault { .. }
            | Request::CompactVault { .. } => None,
        }
    }

    fn is_in_call_with(&self, connection: ConnectionId, other: &DeviceId) -> bool {
        let Some(found) = self.connections.get(&connection) else {
            return false;
        };
        let place = self.voice.channel_by_device.get(&found.device);
        place.is_some() && place == self.voice.channel_by_device.get(other)
    }

    /// When the next guest who is connected is over.
    pub(super) fn next_guest_end(&self) -> Option<Millis> {
        self.guests.values().min().copied()
    }

    /// Ends the connections of guests whose time is over, whose invite was revoked, or whose channel was closed.
    pub(super) fn end_guests(&mut self, now: Millis) {
        let Some(community) = self.community().cloned() else {
            return;
        };
        let guests = self.guests.keys().filter_map(|id| {
            let found = self.connections.get(id)?;
            let is_over = community.guest_terms(&found.user, now).is_none();
            is_over.then_some((*id, found.device))
        });
        let over: Vec<_> = guests.collect();
        for (connection, device) in over {
            self.end(connection, refused(ErrorCode::SessionEnded), now);
            self.expel(device, now);
        }
    }
}
