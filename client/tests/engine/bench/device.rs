//! One device on the bench: what it has stored, and what happens on its wire.

use std::collections::BTreeMap;

use parley_client::call::CallEffect;
use parley_client::engine::Engine;
use parley_client::store::{Change, Record, Table};
use parley_client::{Effect, Event};
use parley_protocol::Millis;
use parley_protocol::frame::{ClientToRelay, Request, decode, encode};
use parley_protocol::ids::{DeviceId, UserId};
use parley_relay::{ConnectionId, RefreshToken};

use super::Tamper;

pub(in super::super) struct Device {
    pub(in super::super) person: String,
    pub(in super::super) user: UserId,
    pub(in super::super) disk: BTreeMap<(Table, String), Vec<u8>>,
    pub(in super::super) engine: Option<Engine>,
    pub(in super::super) connection: Option<ConnectionId>,
    pub(in super::super) plugged: bool,
    pub(in super::super) tamper: Option<Tamper>,
    /// Carries out no more than so many effects.
    pub(in super::super) effects_left: Option<usize>,
    pub(in super::super) events: Vec<Event>,
    /// What its browser was told to do in a call.
    pub(in super::super) calls: Vec<CallEffect>,
    pub(in super::super) sent: Vec<String>,
    /// The only devices to which its mail gets through, if not to all.
    pub(in super::super) mail_only_to: Option<Vec<DeviceId>>,
    /// Frames of mail that got through to nobody.
    pub(in super::super) lost: Vec<String>,
    pub(super) cookie: RefreshToken,
    /// Its clock says that its token is good, whatever the relay's says.
    pub(in super::super) keeps_token: bool,
    pub(super) token: Option<String>,
}

impl Device {
    pub(in super::super) fn without_lost_mail(&self, text: &str) -> Option<String> {
        let Some(only_to) = &self.mail_only_to else {
            return Some(text.to_owned());
        };
        match decode(text).expect("a frame") {
            ClientToRelay::Request {
                id,
                request:
                    Request::SendMail {
                        id: batch,
                        mut mail,
                    },
            } => {
                mail.retain(|mail| only_to.contains(&mail.to));
                let request = Request::SendMail { id: batch, mail };
                let is_empty =
                    matches!(&request, Request::SendMail { mail, .. } if mail.is_empty());
                (!is_empty).then(|| encode(&ClientToRelay::Request { id, request }))
            }
            _ => Some(text.to_owned()),
        }
    }

    pub(in super::super) fn next_effect(&mut self) -> Option<Effect> {
        if self.effects_left == Some(0) {
            return None;
        }
        let effect = self.engine.as_mut()?.poll_effect()?;
        if let Some(left) = &mut self.effects_left {
            *left -= 1;
        }
        Some(effect)
    }

    pub(in super::super) fn hear(&mut self, text: &str, now: Millis) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        match &mut self.tamper {
            None => engine.handle_frame(text, now),
            Some(tamper) => {
                for frame in tamper(decode(text).expect("a frame")) {
                    engine.handle_frame(&encode(&frame), now);
                }
            }
        }
    }

    pub(in super::super) fn keep(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Put(Record { table, key, value }) => {
                    self.disk.insert((table, key), value);
                }
                Change::Delete { table, key } => {
                    self.disk.remove(&(table, key));
                }
            }
        }
    }

    pub(in super::super) fn records(&self) -> Vec<Record> {
        self.all(|table, _| table != Table::Archive)
    }

    /// Records of the archive whose keys begin with one of these.
    pub(in super::super) fn archived(&self, beginnings: &[String]) -> Vec<Record> {
        self.all(|table, key| {
            table == Table::Archive && beginnings.iter().any(|it| key.starts_with(it))
        })
    }

    /// Stored items whose keys are between these.
    pub(in super::super) fn items_between(&self, first: &str, last: &str) -> Vec<Record> {
        self.all(|table, key| table == Table::Items && first <= key && key <= last)
    }

    fn all(&self, wanted: impl Fn(Table, &str) -> bool) -> Vec<Record> {
        let records = self.disk.iter();
        records
            .filter(|((table, key), _)| wanted(*table, key))
            .map(|((table, key), value)| Record {
                table: *table,
                key: key.clone(),
                value: value.clone(),
            })
            .collect()
    }

    pub(in super::super) fn id(&self) -> DeviceId {
        self.engine.as_ref().expect("it is on").me().1
    }
}
