//! Answers of the relay, led to the part that asked.

use parley_protocol::Millis;
use parley_protocol::error::ApiError;
use parley_protocol::frame::{RequestId, Response};

use super::Engine;
use super::direct::CallAct;
use super::output::Asked;
use crate::effect::Event;

impl Engine {
    pub(super) fn handle_response(&mut self, id: RequestId, response: Response, now: Millis) {
        let Some(asked) = self.output.take_asked(id) else {
            return self.drop_connection(now);
        };
        if let (Asked::Append(entry), Response::Appended { .. }) = (&asked, &response) {
            return self.sync.handle_appended(*entry, &mut self.output);
        }
        let fits = self.with(now, |parts, cx| {
            match (asked, response) {
                (Asked::Announce(channel), Response::Posted { .. }) => {
                    parts.channels.handle_announced(channel, cx);
                }
                (Asked::Post(channel, message), Response::Posted { .. }) => {
                    parts.channels.handle_posted(channel, message, cx);
                }
                (Asked::Redact(channel, seq), Response::Done) => {
                    parts.channels.handle_redacted(channel, seq, cx);
                }
                (Asked::SendToDevices(batch), Response::MailSent { full }) => {
                    parts.to_device.handle_sent(batch, &full, cx);
                }
                (Asked::Claim(devices), Response::Prekeys { prekeys }) => {
                    parts.to_device.handle_prekeys(&devices, &prekeys, cx);
                }
                (Asked::History(channel), Response::Page(page)) => {
                    parts.channels.handle_history(channel, page, cx);
                }
                (Asked::Past(channel), Response::Page(page)) => {
                    parts.channels.handle_past(channel, page, cx);
                }
                (Asked::Announcement(session), Response::Page(page)) => {
                    parts.channels.handle_announcement_page(session, &page, cx);
                }
                (Asked::JoinVoice, Response::IceServers(ice)) => {
                    parts.voice.handle_joined(ice, cx);
                }
                (Asked::IceServers, Response::IceServers(ice)) => {
                    parts.voice.handle_ice_servers(ice, cx);
                }
                (Asked::ServersToTry, Response::IceServers(ice)) => {
                    cx.output.event(Event::IceServers(ice));
                }
                (Asked::Subscribe(channel), Response::Subscribed { last }) => {
                    parts.channels.handle_subscribed(channel, last, cx);
                }
                (Asked::Vault(counter), Response::VaultAppended { follows }) => {
                    let (vault, mut kept) = parts.vault();
                    vault.handle_appended(counter, follows, &mut kept, cx);
                }
                (Asked::Compact, Response::Done) => parts.vault.handle_compacted(cx),
                (Asked::Publish | Asked::LeaveVoice, Response::Done) => {}
                (_, _) => return false,
            }
            true
        });
        if !fits {
            self.drop_connection(now);
        }
    }

    pub(super) fn handle_refusal(&mut self, id: RequestId, error: ApiError, now: Millis) {
        let Some(asked) = self.output.take_asked(id) else {
            return self.drop_connection(now);
        };
        if let Asked::Append(entry) = asked {
            return self
                .sync
                .handle_append_refused(entry, error, &mut self.output);
        }
        self.with(now, |parts, cx| match asked {
            Asked::Announce(channel) => {
                parts.channels.handle_announce_refused(channel, &error, cx);
            }
            Asked::Post(channel, message) => {
                parts
                    .channels
                    .handle_post_refused(channel, message, error, cx);
            }
            Asked::Redact(channel, seq) => {
                parts
                    .channels
                    .handle_redact_refused(channel, seq, &error, cx);
            }
            Asked::SendToDevices(batch) => parts.to_device.handle_send_refused(batch, &error, cx),
            Asked::Claim(devices) => parts.to_device.end_claim(&devices, cx),
            Asked::History(channel) => parts.channels.handle_history_refused(channel, cx),
            Asked::Past(channel) => parts.channels.handle_past_refused(channel, &error, cx),
            Asked::Announcement(session) => {
                parts
                    .channels
                    .handle_announcement_refused(session, &error, cx);
            }
            Asked::Vault(_) => {
                let (vault, mut kept) = parts.vault();
                vault.handle_refused(&error, &mut kept, cx);
            }
            Asked::Compact => parts.vault.end_takeover(),
            Asked::JoinVoice => {
                parts.voice.handle_refused(error, cx);
                let stays = parts.voice.channel();
                let direct = parts.direct.part();
                direct.map(|part| part.act_on_call(CallAct::LeaveBut(stays), cx));
            }
            Asked::Append(_)
            | Asked::Publish
            | Asked::Subscribe(_)
            | Asked::LeaveVoice
            | Asked::IceServers
            | Asked::ServersToTry => {}
        });
    }
}
