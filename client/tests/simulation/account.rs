//! Values that the machines of a person share.

use std::collections::BTreeMap;

use parley_client::store::Table;
use serde_json::Value;

use super::dice::Dice;
use super::machine::Disk;
use super::world::World;

/// Values by name: when they were set, by which device, and what.
type Values = BTreeMap<String, (u64, String, String)>;

impl World {
    pub(super) fn set_data(&mut self, dice: &mut Dice) {
        let Some(index) = self.some_machine(dice) else {
            return;
        };
        let channel = self.some_channel(index, dice);
        let name = format!("settings/{}", dice.below(4));
        let value = dice.below(1_000).to_string();
        self.tell(index, |engine, now| {
            engine.set_account_data(&name, &value, now).expect("small");
            let place = channel.and_then(|it| Some((it, engine.timeline(&it)?.position())));
            if let Some((channel, last)) = place {
                engine.mark_read(channel, last, now);
            }
        });
    }

    /// All machines of a person have the same values, and none that was kept is gone.
    pub(super) fn check_values(&self) -> Result<(), String> {
        let active: Vec<usize> = self.active().collect();
        for index in &active {
            let machine = &self.machines[*index];
            let values = values(&machine.disk, |_| true);
            let of_same = |it: &&usize| self.machines[**it].person == machine.person;
            for other in active.iter().filter(of_same) {
                let others = self::values(&self.machines[*other].disk, |_| true);
                if values != others {
                    return Err(format!(
                        "machine {index} has {values:?}, {other} {others:?}"
                    ));
                }
            }
            for (lost, kept) in self.kept_by_lost(*index) {
                for (name, kept) in kept {
                    if values.get(&name).is_none_or(|it| *it < kept) {
                        let has = values.get(&name);
                        return Err(format!(
                            "machine {index} has {name} {has:?}, and {lost} kept {kept:?}"
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// What machines of the same person, which are lost and not revoked, had in the vault.
    fn kept_by_lost(&self, index: usize) -> Vec<(usize, Values)> {
        let machine = &self.machines[index];
        let community = self.witness().community();
        let lost = self.machines.iter().enumerate().filter(|(_, it)| {
            it.lost
                && (it.person, it.membership) == (machine.person, machine.membership)
                && community.active_device(&it.device).is_some()
                && it.disk.has_nothing_on_its_way()
        });
        lost.map(|(index, it)| {
            let kept = values(&it.disk, |record| record["in_vault"] == Value::Bool(true));
            (index, kept)
        })
        .collect()
    }
}

fn values(disk: &Disk, wanted: impl Fn(&Value) -> bool) -> Values {
    let records = disk.of(Table::AccountData).filter_map(|(name, record)| {
        let record: Value = serde_json::from_slice(record).expect("a record");
        let value = &record["value"];
        let of = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        let at = value["at"].as_u64()?;
        wanted(&record).then(|| (name.to_owned(), (at, of("by"), of("value"))))
    });
    records.collect()
}
