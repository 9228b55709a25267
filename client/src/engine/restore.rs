//! From records back to an engine. What the store lost or damaged is left out where it heals by itself (`damage` says
//! how); without device, account or the log's beginning there is no way on, and the error says so.

use parley_protocol::Millis;

use super::account_data::AccountData;
use super::call::Voice;
use super::channel::Channels;
use super::direct::Slot;
use super::keys::KeyExchange;
use super::output::Output;
use super::parts::Parts;
use super::people::People;
use super::restore_error::RestoreError;
use super::sync::SyncState;
use super::to_device::ToDevice;
use super::{Engine, damage};
use crate::device::OwnDevice;
use crate::rng::Rng;
use crate::store::{OnDemand, Record, Table, read_one};

impl Engine {
    /// Makes an engine of what was stored. `Ok(None)` if nothing was: there is no device here yet.
    /// Starts to connect at once. `seed` is 32 fresh random bytes.
    ///
    /// # Errors
    /// [`RestoreError`] if the store lost something that cannot be done without.
    pub fn restore(
        records: &[Record],
        seed: [u8; 32],
        now: Millis,
    ) -> Result<Option<Self>, RestoreError> {
        if records.is_empty() {
            return Ok(None);
        }
        let me: OwnDevice = read_one(records, Table::Device).ok_or(RestoreError::KeysMissing)?;
        let mut rng = Rng::from_seed(seed);
        let to_device = ToDevice::restore(me, records, rng.bytes())?;
        let mut engine = Self {
            sync: SyncState::restore(me, records)?,
            parts: Parts {
                channels: Channels::restore(me.device, records),
                to_device,
                keys: KeyExchange::default(),
                voice: Voice::default(),
                people: People::default(),
                vault: OnDemand::of((), records),
                account_data: AccountData::restore(records),
                direct: Slot::restore(records),
            },
            output: Output::default(),
            rng,
            online: None,
        };
        engine.with(now, |parts, cx| {
            damage::store_repairs(records, &parts.channels, cx);
        });
        engine.with(now, |parts, cx| parts.channels.resume_expiry(cx));
        engine.with_sync(now, SyncState::connect);
        engine.route(now);
        Ok(Some(engine))
    }
}
