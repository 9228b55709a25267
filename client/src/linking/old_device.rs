//! The side that is a member's device already: shows the code, has the person compare two digits, certifies the new
//! device, and gives it what it knows.

use std::collections::VecDeque;

use parley_protocol::ids::DeviceId;
use parley_protocol::keys::Curve25519PublicKey;

use super::LinkError;
use super::channel::{Channel, Waiting};
use super::message::{NewDeviceKeys, ToNew, ToOld, Welcome};

/// Something for the driver to do, in order.
#[derive(Clone, PartialEq, Eq)]
pub enum OldEffect {
    /// Send this to the new device.
    Send(String),
    /// Ask the relay for a token for this device, and answer with [`OldDevice::welcome`].
    GetToken {
        /// The new device.
        device: DeviceId,
    },
    /// The new device is in the log: answer with [`OldDevice::send_piece`] until there is nothing more, then
    /// [`OldDevice::finish`].
    SendPieces,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OldProgress {
    /// The code is shown.
    Waiting,
    /// Somebody read the code: does the new device show the same digits?
    Comparing {
        /// From 10 to 99.
        digits: u8,
        /// What the new device says it is.
        label: String,
    },
    /// The new device registers.
    Registering,
    /// Keys are on their way.
    Sending {
        /// How much was sent.
        sent: u64,
        /// Of how much.
        of: u64,
    },
    /// The new device has everything.
    Done,
    /// It came to nothing.
    Failed(LinkError),
}

enum Stage {
    Waiting(Waiting),
    Comparing {
        channel: Channel,
        device: NewDeviceKeys,
    },
    /// The token is on its way.
    Certifying {
        channel: Channel,
        device: NewDeviceKeys,
    },
    Registering(Channel),
    Sending {
        channel: Channel,
        sent: u64,
        of: u64,
    },
    Done,
    Failed(LinkError),
}

/// One linking, on the device that is there already.
pub struct OldDevice {
    key: Curve25519PublicKey,
    stage: Stage,
    out: VecDeque<OldEffect>,
}

impl OldDevice {
    /// With a key for this linking alone.
    pub fn begin() -> Self {
        let waiting = Waiting::generate();
        Self {
            key: waiting.public_key(),
            stage: Stage::Waiting(waiting),
            out: VecDeque::new(),
        }
    }

    /// The key that goes into the code.
    pub fn key(&self) -> Curve25519PublicKey {
        self.key
    }

    /// The next thing to do. Call until `None` after every input.
    pub fn poll_effect(&mut self) -> Option<OldEffect> {
        self.out.pop_front()
    }

    /// How far it is.
    pub fn progress(&self) -> OldProgress {
        match &self.stage {
            Stage::Waiting(_) => OldProgress::Waiting,
            Stage::Comparing { channel, device } => OldProgress::Comparing {
                digits: channel.digits(),
                label: device.label.clone(),
            },
            Stage::Certifying { .. } | Stage::Registering(_) => OldProgress::Registering,
            Stage::Sending { sent, of, .. } => OldProgress::Sending {
                sent: *sent,
                of: *of,
            },
            Stage::Done => OldProgress::Done,
            Stage::Failed(error) => OldProgress::Failed(*error),
        }
    }

    /// The next text from the meeting. Only the first one may come from anybody.
    pub fn handle_text(&mut self, text: &str) {
        match self.take() {
            Stage::Waiting(waiting) => match waiting.answer(text) {
                Ok((channel, ToOld::Hello { device })) => {
                    self.stage = Stage::Comparing { channel, device };
                }
                Ok((_, ToOld::Added | ToOld::End)) | Err(_) => self.fail(LinkError::Damaged),
            },
            Stage::Comparing {
                mut channel,
                device,
            } => match channel.open(text) {
                Ok(ToOld::End) => self.fail(LinkError::Ended),
                Ok(ToOld::Hello { .. } | ToOld::Added) | Err(_) => {
                    drop(device);
                    self.fail(LinkError::Damaged);
                }
            },
            Stage::Registering(mut channel) => match channel.open(text) {
                Ok(ToOld::Added) => {
                    self.stage = Stage::Sending {
                        channel,
                        sent: 0,
                        of: 0,
                    };
                    self.out.push_back(OldEffect::SendPieces);
                }
                Ok(ToOld::End) => self.fail(LinkError::Ended),
                Ok(ToOld::Hello { .. }) | Err(_) => self.fail(LinkError::Damaged),
            },
            Stage::Certifying { mut channel, .. } | Stage::Sending { mut channel, .. } => {
                self.end_or_damaged(&mut channel, text);
            }
            over @ (Stage::Done | Stage::Failed(_)) => self.stage = over,
        }
    }

    fn end_or_damaged(&mut self, channel: &mut Channel, text: &str) {
        self.fail(match channel.open(text) {
            Ok(ToOld::End) => LinkError::Ended,
            Ok(ToOld::Hello { .. } | ToOld::Added) | Err(_) => LinkError::Damaged,
        });
    }

    /// The person says whether the new device shows the same digits.
    pub fn decide(&mut self, is_same: bool) {
        match self.take() {
            Stage::Comparing { channel, device } if is_same => {
                let token_for = device.id;
                self.stage = Stage::Certifying { channel, device };
                self.out
                    .push_back(OldEffect::GetToken { device: token_for });
            }
            Stage::Comparing { mut channel, .. } => {
                self.out
                    .push_back(OldEffect::Send(channel.seal(&ToNew::Mismatch)));
                self.fail(LinkError::Mismatch);
            }
            other @ (Stage::Waiting(_)
            | Stage::Certifying { .. }
            | Stage::Registering(_)
            | Stage::Sending { .. }
            | Stage::Done
            | Stage::Failed(_)) => self.stage = other,
        }
    }

    /// The relay gave a token. `certify` makes what the new device needs of its keys, which the person has confirmed.
    pub fn welcome(&mut self, certify: impl FnOnce(&NewDeviceKeys) -> Welcome) {
        match self.take() {
            Stage::Certifying {
                mut channel,
                device,
            } => {
                let welcome = Box::new(certify(&device));
                let text = channel.seal(&ToNew::Welcome { welcome });
                self.out.push_back(OldEffect::Send(text));
                self.stage = Stage::Registering(channel);
            }
            other @ (Stage::Waiting(_)
            | Stage::Comparing { .. }
            | Stage::Registering(_)
            | Stage::Sending { .. }
            | Stage::Done
            | Stage::Failed(_)) => self.stage = other,
        }
    }

    /// Sends some of what this device knows. `sent` counts all that was sent with it, of `of`.
    pub fn send_piece(&mut self, piece: String, sent_now: u64, of_all: u64) {
        if let Stage::Sending { channel, sent, of } = &mut self.stage {
            (*sent, *of) = (sent_now, of_all);
            let text = channel.seal(&ToNew::Piece {
                piece,
                sent: sent_now,
                of: of_all,
            });
            self.out.push_back(OldEffect::Send(text));
        }
    }

    /// Everything was sent.
    pub fn finish(&mut self) {
        match self.take() {
            Stage::Sending { mut channel, .. } => {
                self.out
                    .push_back(OldEffect::Send(channel.seal(&ToNew::Done)));
                self.stage = Stage::Done;
            }
            other @ (Stage::Waiting(_)
            | Stage::Comparing { .. }
            | Stage::Certifying { .. }
            | Stage::Registering(_)
            | Stage::Done
            | Stage::Failed(_)) => self.stage = other,
        }
    }

    /// The person ends it, or the relay does not answer. The new device hears of it if it can.
    pub fn end(&mut self, error: LinkError) {
        if let Stage::Comparing { channel, .. }
        | Stage::Certifying { channel, .. }
        | Stage::Registering(channel)
        | Stage::Sending { channel, .. } = &mut self.stage
        {
            let text = channel.seal(&ToNew::End);
            self.out.push_back(OldEffect::Send(text));
        }
        if !matches!(self.stage, Stage::Done) {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: LinkError) {
        self.stage = Stage::Failed(error);
    }

    /// The stage, to put another in its place.
    fn take(&mut self) -> Stage {
        std::mem::replace(&mut self.stage, Stage::Failed(LinkError::Damaged))
    }
}

impl std::fmt::Debug for OldDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OldDevice")
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for OldEffect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Send(text) => write!(f, "Send({} bytes)", text.len()),
            Self::GetToken { device } => {
                f.debug_struct("GetToken").field("device", device).finish()
            }
            Self::SendPieces => f.write_str("SendPieces"),
        }
    }
}
