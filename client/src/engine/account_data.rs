//! Small values that all devices of the member share: what was read, who is verified, names of devices, settings. The
//! newest one stands, wherever it was set. They go to the own devices by Olm, and into the vault.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId};
use serde::{Deserialize, Serialize};

use super::context::Cx;
use crate::content::ToDeviceBody;
use crate::effect::Event;
use crate::sorted;
use crate::store::{Change, Record, Table, of_table};
use crate::vault::NamedValue;

/// Names that are kept. More would be a defect, or a hostile device.
const NAMES: usize = 5_000;
/// Values in one message to a device.
const VALUES_PER_MESSAGE: usize = 50;
/// What was set goes to the other devices after this, with what is set meanwhile.
const SEND_AFTER: Millis = 2_000;
/// Values that a new device gets from each of the others; the vault has all of them.
const GREETING: usize = 200;
/// Bytes of a value in a segment beside its name and itself.
const ROUND_A_VALUE: usize = 100;
const READ: &str = "read/";

/// A value, and where it went.
#[derive(Serialize, Deserialize)]
struct Kept {
    value: NamedValue,
    /// The own devices have it, or it came from one.
    sent: bool,
    in_vault: bool,
}

/// A value that cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetDataError {
    /// The name or the value is too long.
    #[error("the name or the value is too long")]
    TooLong,
    /// There are too many names.
    #[error("no more than {NAMES} values are kept")]
    TooMany,
}

/// All values.
#[derive(Default)]
pub(super) struct AccountData {
    kept_by_name: LiteMap<String, Kept>,
    /// When what was set goes out.
    due: Option<Millis>,
    /// The other own devices, and the place in the log up to which that is known.
    known: Option<(u64, Vec<DeviceId>)>,
}

impl AccountData {
    pub(super) fn restore(records: &[Record]) -> Self {
        let kept = of_table(records, Table::AccountData);
        let kept = kept
            .into_iter()
            .filter_map(|record| Some((record.key.clone(), record.read::<Kept>()?)));
        let mut kept_by_name: LiteMap<String, Kept> = sorted::map(kept);
        for (_, kept) in kept_by_name.iter_mut() {
            // A device may have come since it was sent, and has read a vault without it.
            kept.sent &= kept.in_vault;
        }
        let unsent = kept_by_name.values().any(|it| !it.sent);
        Self {
            kept_by_name,
            due: unsent.then_some(0),
            known: None,
        }
    }

    /// A value; `None` if there is none any more, or never was.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let kept = self.kept_by_name.get(name)?;
        Some(kept.value.value.as_str()).filter(|value| !value.is_empty())
    }

    /// Everything.
    pub(super) fn all(&self) -> Vec<NamedValue> {
        let kept = self.kept_by_name.values();
        kept.map(|kept| kept.value.clone()).collect()
    }

    /// Names and values that begin like this.
    pub(super) fn beginning_with<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let named = self.kept_by_name.iter();
        named
            .filter(move |(name, kept)| name.starts_with(prefix) && !kept.value.value.is_empty())
            .map(|(name, kept)| (name.as_str(), kept.value.value.as_str()))
    }

    pub(super) fn set(
        &mut self,
        name: String,
        value: String,
        cx: &mut Cx<'_>,
    ) -> Result<(), SetDataError> {
        let before = self.kept_by_name.get(&name);
        if before.is_some_and(|before| before.value.value == value) {
            return Ok(());
        }
        // A clock that was set back does not let the old value win.
        let at = before.map_or(cx.now, |before| cx.now.max(before.value.at + 1));
        let value = NamedValue {
            name,
            value,
            at,
            by: cx.me.device,
        };
        if !value.is_small() {
            return Err(SetDataError::TooLong);
        }
        if before.is_none() && self.kept_by_name.len() >= NAMES {
            return Err(SetDataError::TooMany);
        }
        self.due = Some(self.due.unwrap_or(cx.now + SEND_AFTER));
        self.put(value, false, false, cx);
        Ok(())
    }

    /// The person has read a channel up to here.
    pub(super) fn set_read(&mut self, channel: ChannelId, seq: u64, cx: &mut Cx<'_>) {
        let name = format!("{READ}{channel}");
        let before = self.get(&name).and_then(|it| it.parse::<u64>().ok());
        if before.is_none_or(|before| before < seq) {
            let set = self.set(name, seq.to_string(), cx);
            debug_assert!(set.is_ok() || self.kept_by_name.len() >= NAMES);
        }
    }

    /// How far the person has read, on whichever device.
    pub(super) fn read_marks(&self) -> Vec<(ChannelId, u64)> {
        let marks = self.beginning_with(READ).filter_map(|(name, value)| {
            let channel = name.strip_prefix(READ)?.parse().ok()?;
            Some((channel, value.parse().ok()?))
        });
        marks.collect()
    }

    /// Values of another own device, or of the vault, each with whether the vault keeps it, also if the device that
    /// wrote it is revoked. Says whether there are news.
    pub(super) fn merge(
        &mut self,
        values: impl Iterator<Item = (NamedValue, bool)>,
        cx: &mut Cx<'_>,
    ) -> bool {
        let mut news = false;
        for (value, in_vault) in values {
            let before = self.kept_by_name.get(&value.name);
            let is_new = before.is_none_or(|before| value.is_newer_than(&before.value));
            let has_room = before.is_some() || self.kept_by_name.len() < NAMES;
            if is_new && has_room && value.is_small() {
                news = true;
                self.put(value, true, in_vault, cx);
            }
        }
        news
    }

    fn put(&mut self, value: NamedValue, sent: bool, in_vault: bool, cx: &mut Cx<'_>) {
        let name = value.name.clone();
        let kept = Kept {
            value,
            sent,
            in_vault,
        };
        cx.output
            .store(Change::put(Table::AccountData, name.clone(), &kept));
        self.kept_by_name.insert(name, kept);
        cx.output.event(Event::AccountData);
    }

    pub(super) fn timeout(&self, is_open: bool) -> Option<Millis> {
        self.due.filter(|_| is_open)
    }

    /// Sends what was set to the own devices, once it is time.
    pub(super) fn pump(&mut self, cx: &mut Cx<'_>) {
        self.greet(cx);
        if !cx.is_open() || self.due.is_none_or(|due| due > cx.now) {
            return;
        }
        self.due = None;
        let unsent: Vec<NamedValue> = self
            .kept_by_name
            .values()
            .filter(|kept| !kept.sent)
            .map(|kept| kept.value.clone())
            .collect();
        let devices = other_devices(cx);
        for values in unsent.chunks(VALUES_PER_MESSAGE) {
            for device in &devices {
                let values = values.to_vec();
                cx.output
                    .send_to_device(*device, ToDeviceBody::AccountData { values });
            }
        }
        for value in unsent {
            self.mark(&value.name, |kept| kept.sent = true, cx);
        }
    }

    /// A new own device gets what was set lately: it may have read the vault just before that came there.
    fn greet(&mut self, cx: &mut Cx<'_>) {
        let head = cx.log.head().seq;
        let is_known = |(seen, _): &(u64, Vec<DeviceId>)| *seen == head || !cx.is_open();
        if self.known.as_ref().is_some_and(is_known) {
            return;
        }
        let devices = other_devices(cx);
        if let Some((_, known)) = self.known.take() {
            let values = self.kept_by_name.values().map(|kept| &kept.value);
            let newest = sorted::by_number(values, |value| u64::MAX - value.at);
            let newest: Vec<NamedValue> = newest.into_iter().take(GREETING).cloned().collect();
            for device in devices.iter().filter(|it| !known.contains(it)) {
                for values in newest.chunks(VALUES_PER_MESSAGE) {
                    let values = values.to_vec();
                    cx.output
                        .send_to_device(*device, ToDeviceBody::AccountData { values });
                }
            }
        }
        self.known = Some((head, devices));
    }

    /// Whether this device set something that the vault does not have.
    pub(super) fn lacks_vault(&self) -> bool {
        self.kept_by_name.values().any(|kept| !kept.in_vault)
    }

    /// Hands out values that the vault does not have, up to so many bytes but for the last one, and takes them for kept
    /// there.
    pub(super) fn take_for_vault(&mut self, bytes: usize, cx: &mut Cx<'_>) -> Vec<NamedValue> {
        let mut length = 0;
        let lacking = self.kept_by_name.values().filter(|kept| !kept.in_vault);
        let fitting = lacking.map(|kept| &kept.value).take_while(|value| {
            let has_room = length < bytes;
            length += ROUND_A_VALUE + value.name.len() + value.value.len();
            has_room
        });
        let taken: Vec<NamedValue> = fitting.cloned().collect();
        for value in &taken {
            self.mark(&value.name, |kept| kept.in_vault = true, cx);
        }
        taken
    }

    /// The vault lost what was in it, or may have.
    pub(super) fn forget_vault(&mut self) {
        for (_, kept) in self.kept_by_name.iter_mut() {
            kept.in_vault = false;
        }
    }

    fn mark(&mut self, name: &str, mark: impl FnOnce(&mut Kept), cx: &mut Cx<'_>) {
        if let Some(kept) = self.kept_by_name.get_mut(name) {
            mark(kept);
            cx.output.store(Change::put(Table::AccountData, name, kept));
        }
    }
}

/// The member's devices beside this one.
pub(super) fn other_devices(cx: &Cx<'_>) -> Vec<DeviceId> {
    let own = cx.log.devices_of(&cx.me.user).map(|(id, _)| id);
    own.filter(|id| *id != cx.me.device).collect()
}
