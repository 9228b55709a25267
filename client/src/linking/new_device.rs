//! The side that becomes a member's device: reads the code, shows two digits, registers at the relay with what the old
//! device gives, and takes its keys.

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_protocol::entry::Entry;
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::keys::Curve25519PublicKey;
use parley_protocol::link::LinkCode;

use super::LinkError;
use super::channel::{Channel, Waiting};
use super::message::{NewDeviceKeys, ToNew, ToOld, Welcome};
use crate::device::DeviceKeys;
use crate::enrol::{self, DeviceEnrolment, EnrolError, Linked};
use crate::rng::Rng;

/// Something for the driver to do, in order.
#[derive(Clone, PartialEq, Eq)]
pub enum NewEffect {
    /// Send this to the old device.
    Send(String),
    /// Read the log with this token, answer with [`NewDevice::enrol`], and register with what that gives.
    Register {
        /// Sent as `Authorization: Link …`.
        token: String,
    },
    /// Give this to the engine.
    Take(String),
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewProgress {
    /// The person compares these digits with those of the old device, and says so there.
    Comparing {
        /// From 10 to 99.
        digits: u8,
    },
    /// The device registers.
    Registering,
    /// Keys come.
    Taking {
        /// How much came.
        sent: u64,
        /// Of how much.
        of: u64,
    },
    /// Everything is here.
    Done,
    /// It came to nothing.
    Failed(LinkError),
}

enum Stage {
    Comparing(Channel),
    Registering {
        channel: Channel,
        welcome: Box<Welcome>,
    },
    Taking {
        channel: Channel,
        sent: u64,
        of: u64,
    },
    Done,
    Failed(LinkError),
}

/// One linking, on the device that is new.
pub struct NewDevice {
    device: DeviceKeys,
    label: String,
    stage: Stage,
    out: VecDeque<NewEffect>,
}

impl NewDevice {
    /// Makes a device, and answers the one that showed the code. `key` is what the relay says its key is.
    ///
    /// # Errors
    /// [`LinkError::WrongKey`] if it is not the one that the code belongs to.
    pub fn begin(
        code: &LinkCode,
        key: &Curve25519PublicKey,
        label: String,
        rng: &mut Rng,
    ) -> Result<Self, LinkError> {
        if !code.fits(key) {
            return Err(LinkError::WrongKey);
        }
        let device = DeviceKeys::generate(rng);
        let keys = NewDeviceKeys {
            id: device.id(),
            ed25519: device.ed25519(),
            curve25519: device.curve25519(),
            label: label.clone(),
        };
        let hello = ToOld::Hello { device: keys };
        let (channel, text) = Waiting::generate()
            .begin(key, &hello)
            .map_err(|_| LinkError::WrongKey)?;
        Ok(Self {
            device,
            label,
            stage: Stage::Comparing(channel),
            out: VecDeque::from([NewEffect::Send(text)]),
        })
    }

    /// The next thing to do. Call until `None` after every input.
    pub fn poll_effect(&mut self) -> Option<NewEffect> {
        self.out.pop_front()
    }

    /// How far it is.
    pub fn progress(&self) -> NewProgress {
        match &self.stage {
            Stage::Comparing(channel) => NewProgress::Comparing {
                digits: channel.digits(),
            },
            Stage::Registering { .. } => NewProgress::Registering,
            Stage::Taking { sent, of, .. } => NewProgress::Taking {
                sent: *sent,
                of: *of,
            },
            Stage::Done => NewProgress::Done,
            Stage::Failed(error) => NewProgress::Failed(*error),
        }
    }

    /// The next text from the meeting.
    pub fn handle_text(&mut self, text: &str) {
        match self.take() {
            Stage::Comparing(mut channel) => match channel.open(text) {
                Ok(ToNew::Welcome { welcome }) => {
                    let token = welcome.token.clone();
                    self.out.push_back(NewEffect::Register { token });
                    self.stage = Stage::Registering { channel, welcome };
                }
                Ok(ToNew::Mismatch) => self.fail(LinkError::Mismatch),
                other => self.end_or_damaged(&other),
            },
            Stage::Registering { mut channel, .. } => {
                let said = channel.open(text);
                self.end_or_damaged(&said);
            }
            Stage::Taking {
                mut channel,
                sent: before,
                of: of_before,
            } => match channel.open(text) {
                Ok(ToNew::Piece { piece, sent, of }) => {
                    self.out.push_back(NewEffect::Take(piece));
                    // Only for the screen, but it never goes back.
                    let (sent, of) = (sent.max(before), of.max(of_before));
                    self.stage = Stage::Taking { channel, sent, of };
                }
                Ok(ToNew::Done) => self.stage = Stage::Done,
                other => self.end_or_damaged(&other),
            },
            over @ (Stage::Done | Stage::Failed(_)) => self.stage = over,
        }
    }

    fn end_or_damaged(&mut self, said: &Result<ToNew, super::ChannelError>) {
        self.fail(match said {
            Ok(ToNew::End) => LinkError::Ended,
            Ok(ToNew::Welcome { .. } | ToNew::Piece { .. } | ToNew::Done | ToNew::Mismatch)
            | Err(_) => LinkError::Damaged,
        });
    }

    /// Makes the entry for the log that the relay shows, and the records to keep before it is sent.
    ///
    /// # Errors
    /// [`EnrolError`] if the log is not the one that the old device has seen, or does not take the device.
    pub fn enrol(
        &mut self,
        entries: Vec<Entry>,
        rng: &mut Rng,
        now: Millis,
    ) -> Result<DeviceEnrolment, EnrolError> {
        let Stage::Registering { welcome, .. } = &self.stage else {
            return Err(EnrolError::WrongIdentity);
        };
        let linked = Linked {
            community: welcome.community,
            user: welcome.user,
            head: welcome.head,
            by: welcome.linked_by,
            certificate: welcome.certificate,
        };
        enrol::link_device(
            &linked,
            &mut self.device,
            self.label.clone(),
            entries,
            rng,
            now,
        )
    }

    /// The member whose device this becomes, once the old one said so.
    pub fn user(&self) -> Option<UserId> {
        match &self.stage {
            Stage::Registering { welcome, .. } => Some(welcome.user),
            Stage::Comparing(_) | Stage::Taking { .. } | Stage::Done | Stage::Failed(_) => None,
        }
    }

    /// The old device, once it said so.
    pub fn linked_by(&self) -> Option<DeviceId> {
        match &self.stage {
            Stage::Registering { welcome, .. } => Some(welcome.linked_by),
            Stage::Comparing(_) | Stage::Taking { .. } | Stage::Done | Stage::Failed(_) => None,
        }
    }

    /// The relay has taken the device.
    pub fn registered(&mut self) {
        match self.take() {
            Stage::Registering { mut channel, .. } => {
                let text = channel.seal(&ToOld::Added);
                self.out.push_back(NewEffect::Send(text));
                self.stage = Stage::Taking {
                    channel,
                    sent: 0,
                    of: 0,
                };
            }
            other @ (Stage::Comparing(_)
            | Stage::Taking { .. }
            | Stage::Done
            | Stage::Failed(_)) => self.stage = other,
        }
    }

    /// The person ends it, or the relay does not answer. The old device hears of it if it can.
    pub fn end(&mut self, error: LinkError) {
        if let Stage::Comparing(channel)
        | Stage::Registering { channel, .. }
        | Stage::Taking { channel, .. } = &mut self.stage
        {
            let text = channel.seal(&ToOld::End);
            self.out.push_back(NewEffect::Send(text));
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

impl std::fmt::Debug for NewDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewDevice")
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for NewEffect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Send(text) => write!(f, "Send({} bytes)", text.len()),
            Self::Register { token: _ } => f.write_str("Register(..)"),
            Self::Take(piece) => write!(f, "Take({} bytes)", piece.len()),
        }
    }
}
