//! The vault as this device writes it: keys and account data that it lacks go into a chain of segments, sealed so that
//! this device itself cannot read them again. Reading a vault is `crate::vault::Restore`, by whoever has the secret.
//!
//! | file | what it does |
//! |---|---|
//! | `writing` | makes segments and sends them, each stored before it goes out |
//! | `outcomes` | the relay's word on them |
//! | `telling` | the other devices, and now and then the log, hear how far the chain is |
//! | `takeover` | contents of other chains are written anew into this one |

mod outcomes;
mod takeover;
mod telling;
mod writing;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::entry::{VaultChain, VaultKey};
use parley_protocol::ids::DeviceId;
use parley_protocol::vault::Segment;
use serde::{Deserialize, Serialize};

use super::account_data::AccountData;
use super::channel::{KeyRing, VaultGate};
use super::context::Cx;
use super::direct::Conversations;
use crate::sorted;
use crate::store::{Change, Record, Restored, Table, number_key, of_table};
use crate::vault::{ChainEnd, KeptKey, NEW_KEY};

const CHAIN: &str = "chain";
const SEGMENT: &str = "segment/";
const HEAD: &str = "head/";

/// How the vault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultState {
    /// Whether the member has a vault.
    pub exists: bool,
    /// Keys that are not in it yet.
    pub waiting: usize,
    /// Segments that the relay has not confirmed.
    pub on_way: usize,
    /// Segments that this device wrote.
    pub written: u64,
    /// Why it does not go on.
    pub trouble: Option<VaultTrouble>,
}

/// Why nothing goes into the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultTrouble {
    /// The relay keeps no more for this member.
    Full,
    /// The relay refuses, for now.
    Refused,
}

/// What is kept about the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct ChainRecord {
    /// The newest segment that was made.
    end: ChainEnd,
    /// The newest one of which the other devices were told.
    told: u64,
    told_at: Millis,
    /// When the log was told last, or the chain began.
    noted_at: Millis,
    /// This device was set back: the next segment says so.
    #[serde(default)]
    restarts: bool,
}

/// What the vault keeps.
pub(super) struct Kept<'a> {
    pub(super) ring: KeyRing<'a>,
    pub(super) data: &'a mut AccountData,
    pub(super) direct: Option<&'a mut (dyn Conversations + 'static)>,
}

impl Kept<'_> {
    /// Keys and direct messages that the vault lacks.
    pub(super) fn lacking(&self) -> usize {
        let direct = self.direct.as_ref().map_or(0, |it| it.lacking_vault());
        self.ring.lacking_vault() + direct
    }
}

struct OnWay {
    segment: Segment,
    /// In this connection.
    is_sent: bool,
}

/// The vault's writer.
pub(super) struct Vault {
    chain: ChainRecord,
    on_way: Vec<OnWay>,
    /// When the next segment is made.
    due: Option<Millis>,
    /// Whether anything can be done at all: there is a vault, and the log here is the relay's.
    can_go_on: bool,
    /// A key has to be kept before it is used.
    is_urgent: bool,
    blocked_until: Option<Millis>,
    trouble: Option<VaultTrouble>,
    /// When everything was written anew last.
    rewritten_at: Option<Millis>,
    head_by_device: LiteMap<DeviceId, ChainEnd>,
    /// Devices that were told since the start.
    told_devices: Vec<DeviceId>,
    takeover: takeover::Takeover,
    /// To be put into the log.
    new_key: Option<VaultKey>,
}

impl Restored for Vault {
    type With = ();

    fn is_made_of(record: &Record) -> bool {
        record.table == Table::Vault
    }

    fn restore((): (), records: &[Record]) -> Self {
        let kept = of_table(records, Table::Vault);
        let find = |key: &str| kept.iter().find(|record| record.key == key);
        let on_way = kept.iter().filter(|it| it.key.starts_with(SEGMENT));
        let heads = kept.iter().filter_map(|record| {
            let device = record.key.strip_prefix(HEAD)?.parse().ok()?;
            Some((device, record.read()?))
        });
        Self {
            chain: find(CHAIN).and_then(|it| it.read()).unwrap_or(ChainRecord {
                end: ChainEnd::EMPTY,
                told: 0,
                told_at: 0,
                noted_at: 0,
                restarts: false,
            }),
            on_way: on_way
                .filter_map(|record| record.read())
                .map(|segment| OnWay {
                    segment,
                    is_sent: false,
                })
                .collect(),
            due: None,
            can_go_on: false,
            is_urgent: false,
            blocked_until: None,
            trouble: None,
            rewritten_at: None,
            head_by_device: sorted::map(heads),
            told_devices: Vec::new(),
            takeover: takeover::Takeover::default(),
            new_key: find(NEW_KEY).and_then(|it| it.read()),
        }
    }
}

impl Vault {
    pub(super) fn state(&self, waiting: usize, exists: bool) -> VaultState {
        VaultState {
            exists,
            waiting: waiting + self.takeover.waiting(),
            on_way: self.on_way.len(),
            written: self.chain.end.counter,
            trouble: self.trouble,
        }
    }

    /// What the own devices said of their chains.
    pub(super) fn heads(&self) -> Vec<VaultChain> {
        let heads = self.head_by_device.iter();
        heads
            .map(|(device, end)| VaultChain {
                device: *device,
                counter: end.counter,
                hash: end.hash,
            })
            .collect()
    }

    pub(super) fn timeout(&self, is_open: bool) -> Option<Millis> {
        let blocked = self.blocked_until;
        // While a segment is on its way, the relay's word is what comes next.
        let due = self.due.filter(|_| self.on_way.len() < writing::ON_WAY);
        let due = due.map(|due| due.max(blocked.unwrap_or(0)));
        let telling = self.telling_timeout();
        due.into_iter()
            .chain(blocked)
            .chain(telling)
            .min()
            .filter(|_| is_open && self.can_go_on)
    }

    /// A new connection: what is on its way is sent again.
    pub(super) fn resume(&mut self) {
        for on_way in &mut self.on_way {
            on_way.is_sent = false;
        }
        self.blocked_until = None;
        self.takeover.resume();
    }

    pub(super) fn gate(&self, cx: &Cx<'_>) -> VaultGate {
        if self.trouble.is_some() || vault_key(cx).is_none() {
            VaultGate::Off
        } else if self.blocked_until.is_some() || !self.on_way.is_empty() {
            VaultGate::Busy
        } else {
            VaultGate::Free
        }
    }

    /// Contents of other chains, to be written anew into this one.
    pub(super) fn take_over(&mut self, keys: Vec<KeptKey>, direct: Vec<String>) {
        self.takeover.add(keys, direct);
    }

    /// All that these chains hold was given.
    pub(super) fn close_takeover(&mut self, chains: Vec<VaultChain>) {
        self.takeover.close(chains);
    }

    /// One's own new session has to be kept before it is used.
    pub(super) fn hurry(&mut self) {
        self.is_urgent = true;
    }

    fn store_chain(&self, cx: &mut Cx<'_>) {
        cx.output
            .store(Change::put(Table::Vault, CHAIN, &self.chain));
    }

    fn segment_key(counter: u64) -> String {
        format!("{SEGMENT}{}", number_key(counter))
    }
}

fn vault_key(cx: &Cx<'_>) -> Option<parley_protocol::keys::Curve25519PublicKey> {
    cx.log.active_member(&cx.me.user)?.vault
}
