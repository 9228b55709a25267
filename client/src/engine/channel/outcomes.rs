//! What becomes of what went out, by the relay's word: it is in the channel, is tried again, or cannot be sent.

use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::{ChannelId, MessageId};

use super::Channels;
use super::steps::Step;
use crate::engine::context::Cx;
use crate::engine::output::retry_wait;
use crate::megolm::OutboundSession;
use crate::timeline::OutboxState;

/// An announcement that was refused is tried again after this: the log may say more by then.
const PAUSE: Millis = 2_000;

impl Channels {
    pub(in crate::engine) fn handle_announced(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        self.steps.end(&channel);
        self.own_sessions
            .change(channel, cx, OutboundSession::set_announced);
    }

    pub(in crate::engine) fn handle_announce_refused(
        &mut self,
        channel: ChannelId,
        error: &ApiError,
        cx: &mut Cx<'_>,
    ) {
        if error.code == ErrorCode::SessionRetired {
            self.retire_session(channel, cx);
        } else if retry_wait(error).is_none() {
            return self.fail_channel(channel, error, cx);
        }
        self.pause_channel(channel, error, cx);
    }

    /// Nothing can be written here now: everything that waits says so.
    fn fail_channel(&mut self, channel: ChannelId, error: &ApiError, cx: &mut Cx<'_>) {
        self.steps.end(&channel);
        self.retire_session(channel, cx);
        self.change_every_outbox_item(
            channel,
            |item| {
                if item.state == OutboxState::Waiting {
                    item.encrypted = None;
                    item.state = OutboxState::Failed {
                        error: error.code.clone(),
                    };
                }
            },
            cx,
        );
    }

    pub(in crate::engine) fn handle_posted(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        cx: &mut Cx<'_>,
    ) {
        self.steps.end(&channel);
        self.own_sessions
            .change(channel, cx, OutboundSession::mark_sent);
        self.redact_if_deletion(channel, |item| item.id == message, cx);
        self.change_outbox(channel, message, |item| item.state = OutboxState::Sent, cx);
    }

    pub(in crate::engine) fn handle_post_refused(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        error: ApiError,
        cx: &mut Cx<'_>,
    ) {
        if retry_wait(&error).is_some() {
            self.change_outbox(
                channel,
                message,
                |item| item.state = OutboxState::Waiting,
                cx,
            );
            return self.pause_channel(channel, &error, cx);
        }
        let again = matches!(
            error.code,
            ErrorCode::SessionRetired | ErrorCode::UnknownSession
        );
        self.retire_session(channel, cx);
        self.change_outbox(
            channel,
            message,
            |item| {
                item.note_refused();
                item.state = if again {
                    OutboxState::Waiting
                } else {
                    OutboxState::Failed {
                        error: error.code.clone(),
                    }
                };
            },
            cx,
        );
        self.steps.end(&channel);
    }

    fn pause_channel(&mut self, channel: ChannelId, error: &ApiError, cx: &mut Cx<'_>) {
        let wait = retry_wait(error).unwrap_or(PAUSE);
        self.steps.begin(
            channel,
            Step::Pausing {
                until: cx.now + wait,
            },
        );
    }

    fn retire_session(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        self.own_sessions
            .change(channel, cx, OutboundSession::retire);
    }
}
