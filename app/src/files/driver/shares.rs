//! Files of direct conversations. The relay keeps their blobs as long as a share names them: it is made before the
//! message goes out, and ended once the message was deleted.

use parley_protocol::ids::MessageId;

use super::input::{Here, Step};
use super::line::Line;
use super::problem::{Answer, Refusal, said};
use crate::driver::relay;

/// Shares that are to end.
#[derive(Default)]
pub(super) struct Shares {
    asking: Option<MessageId>,
}

impl Shares {
    /// Ends the next one, if the relay can be asked.
    pub(super) fn advance(&mut self, line: &mut Line, here: &Here<'_>) {
        if self.asking.is_some() || line.is_paused() || !here.is_online {
            return;
        }
        let Some(message) = here.engine.ended_shares().first().copied() else {
            return;
        };
        let Some(token) = line.token(here) else {
            return;
        };
        self.asking = Some(message);
        line.begin(async move {
            let answer = relay::files::end_share(&token, message).await;
            Step::ShareEnded { message, answer }
        });
    }

    pub(super) fn take_ended(
        &mut self,
        message: MessageId,
        answer: Answer,
        line: &mut Line,
        here: &mut Here<'_>,
    ) {
        self.asking = None;
        match said(answer) {
            // It never came to be, or another device ended it.
            Ok(()) | Err(Refusal::Gone | Refusal::Failed(_) | Refusal::Mismatch) => {
                line.went_well();
                here.engine.note_share_ended(message, here.now);
            }
            Err(Refusal::Again(again)) => line.wait(again),
        }
        self.advance(line, here);
    }
}
