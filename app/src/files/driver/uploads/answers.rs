//! What came of sealing and sending.

use parley_protocol::ids::MessageId;
use parley_protocol::keys::Hash;

use super::{Line, Share, Upload, Uploads};
use crate::files::driver::job::At;
use crate::files::driver::problem::{Answer, Refusal, refusal, said};
use crate::files::text;
use crate::platform::file_worker::WorkFault;

impl Uploads {
    /// What was in the spool.
    pub(in crate::files::driver) fn take_listed(
        &mut self,
        message: MessageId,
        found: Result<Vec<(String, u64)>, WorkFault>,
    ) {
        let Some(upload) = self.find(message) else {
            return;
        };
        let mut job = upload.new_job();
        match found {
            Ok(found) => {
                for (name, bytes) in found {
                    job.take_found(&name, bytes);
                }
            }
            Err(_) => upload.failed = Some(text::NO_STORAGE),
        }
        if upload.is_lost(&job) {
            upload.failed = Some(text::LOST);
        }
        upload.job = Some(job);
    }

    pub(in crate::files::driver) fn take_sealed(
        &mut self,
        message: MessageId,
        at: At,
        outcome: Result<[u8; 32], WorkFault>,
        line: &mut Line,
    ) {
        self.is_sealing = false;
        let Some(upload) = self.find(message) else {
            // It was taken back meanwhile.
            return line.forget(&message.to_string());
        };
        let Some(job) = &mut upload.job else {
            return;
        };
        match outcome {
            Ok(hash) => job.sealed(at, Hash::from_bytes(hash)),
            Err(fault) => {
                job.not_sealed(at);
                upload.failed = Some(match fault {
                    WorkFault::Full => text::DEVICE_FULL,
                    WorkFault::Unreadable => text::CHANGED,
                    WorkFault::Unreachable | WorkFault::Failed(_) => text::NO_STORAGE,
                });
            }
        }
    }

    pub(in crate::files::driver) fn take_sent(
        &mut self,
        message: MessageId,
        at: At,
        outcome: Result<(u16, String), WorkFault>,
        line: &mut Line,
    ) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let Some(upload) = self.find(message) else {
            return;
        };
        let Some(job) = &mut upload.job else {
            return;
        };
        match outcome {
            Ok((200..=299, _)) => {
                line.went_well();
                job.sent(at);
            }
            Ok((status, said)) => refused(upload, at, refusal(status, &said), line),
            // What was in the spool is not there any more.
            Err(WorkFault::Unreadable) => job.not_sealed(at),
            Err(WorkFault::Unreachable) => {
                job.not_sent(at);
                line.pause();
            }
            Err(WorkFault::Full | WorkFault::Failed(_)) => {
                job.not_sent(at);
                upload.failed = Some(text::NO_STORAGE);
            }
        }
    }

    pub(in crate::files::driver) fn take_shared(
        &mut self,
        message: MessageId,
        answer: Answer,
        line: &mut Line,
    ) {
        let Some(upload) = self.find(message) else {
            return;
        };
        upload.share = Share::Wanted;
        match said(answer) {
            Ok(()) => {
                line.went_well();
                upload.share = Share::Done;
            }
            Err(Refusal::Again(again)) => line.wait(again),
            Err(Refusal::Failed(why)) => upload.failed = Some(why),
            // The relay let go of some meanwhile.
            Err(Refusal::Gone | Refusal::Mismatch) => match &mut upload.job {
                Some(job) if !upload.is_passed_on => job.send_again(),
                Some(_) | None => upload.failed = Some(text::REFUSED),
            },
        }
    }

    fn find(&mut self, message: MessageId) -> Option<&mut Upload> {
        self.all.iter_mut().find(|it| it.message == message)
    }
}

fn refused(upload: &mut Upload, at: At, refusal: Refusal, line: &mut Line) {
    let Some(job) = &mut upload.job else {
        return;
    };
    match refusal {
        // What the spool has is not what was put there: it is sealed anew when it is tried again.
        Refusal::Mismatch => {
            upload.failed = Some(text::REFUSED);
            return job.not_sealed(at);
        }
        Refusal::Again(again) => line.wait(again),
        Refusal::Failed(why) => upload.failed = Some(why),
        Refusal::Gone => upload.failed = Some(text::REFUSED),
    }
    job.not_sent(at);
}
