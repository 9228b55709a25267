//! Files of conversations: their people may read them before the message goes out, and no more once it is deleted.

use parley_protocol::files::ShareRequest;
use parley_protocol::ids::MessageId;
use parley_protocol::json;
use parley_protocol::keys::Hash;

use super::{Here, Line, Share, Step, Upload, Uploads};
use crate::driver::relay;
use crate::files::driver::problem::{Refusal, refusal};
use crate::files::text;
use crate::platform::http::HttpError;

/// Whether whoever is to read the files may. In a channel its readers may; the people of a conversation are named to
/// the relay first.
pub(super) fn is_shared(
    upload: &mut Upload,
    blobs: &[Hash],
    line: &mut Line,
    here: &Here<'_>,
) -> bool {
    let people = here.engine.people_of(&upload.channel);
    if people.is_empty() || upload.share == Share::Done {
        return true;
    }
    if upload.share == Share::Wanted
        && !line.is_paused()
        && let Some(token) = line.token(here)
    {
        upload.share = Share::Asked;
        let me = here.engine.me().0;
        let message = upload.message;
        let request = ShareRequest {
            blobs: blobs.to_vec(),
            readers: people.into_iter().filter(|it| *it != me).collect(),
        };
        line.begin(async move {
            let outcome = relay::files::share(&token, message, &request).await;
            Step::Shared { message, outcome }
        });
    }
    false
}

impl Uploads {
    pub(in crate::files::driver) fn take_shared(
        &mut self,
        message: MessageId,
        outcome: Result<(), HttpError>,
        line: &mut Line,
    ) {
        let Some(upload) = self.all.iter_mut().find(|it| it.message == message) else {
            return;
        };
        upload.share = Share::Wanted;
        match outcome {
            Ok(()) => {
                line.went_well();
                upload.share = Share::Done;
            }
            Err(HttpError::Refused(error)) => match refusal(400, &json::write(&error)) {
                Refusal::Token => line.forget_token(),
                Refusal::Later(_) => line.pause(),
                Refusal::Failed(why) => upload.failed = Some(why),
                Refusal::Gone | Refusal::Mismatch => {
                    upload.failed = Some(text::REFUSED);
                    if let Some(job) = &mut upload.job {
                        job.send_again();
                    }
                }
            },
            Err(HttpError::Unreachable(_) | HttpError::Unreadable { .. }) => line.pause(),
        }
    }

    /// Has the relay end what was shared by messages that are deleted.
    pub(super) fn end_shares(&mut self, line: &mut Line, here: &Here<'_>) {
        for message in here.engine.ended_shares() {
            if line.is_paused() || self.ending.contains(&message) {
                continue;
            }
            let Some(token) = line.token(here) else {
                return;
            };
            self.ending.push(message);
            line.begin(async move {
                let outcome = relay::files::end_share(&token, message).await;
                Step::ShareEnded { message, outcome }
            });
        }
    }

    pub(in crate::files::driver) fn take_share_ended(
        &mut self,
        message: MessageId,
        outcome: Result<(), HttpError>,
        line: &mut Line,
        here: &mut Here<'_>,
    ) {
        self.ending.retain(|it| *it != message);
        let is_over = match outcome {
            Ok(()) => true,
            Err(HttpError::Refused(error)) => match refusal(400, &json::write(&error)) {
                Refusal::Token => {
                    line.forget_token();
                    false
                }
                Refusal::Later(_) => {
                    line.pause();
                    false
                }
                // The relay knows of no such share.
                Refusal::Failed(_) | Refusal::Gone | Refusal::Mismatch => true,
            },
            Err(HttpError::Unreachable(_) | HttpError::Unreadable { .. }) => {
                line.pause();
                false
            }
        };
        if is_over {
            let now = here.now;
            here.engine.note_share_ended(message, now);
        }
    }
}
