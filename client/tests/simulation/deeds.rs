//! How each deed of the schedule is carried out. Where nobody is there for it, nothing happens.

use parley_client::Engine;
use parley_client::store::Table;
use parley_client::timeline::OutboxState;
use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::entry::{
    Action, ChannelDetails, ChannelKind, History, Permission, Permissions, Readers,
};
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, RoleId, UserId};

use super::dice::Dice;
use super::schedule::{Deed, Planned};
use super::world::{World, Written};

/// More make a storm slow, and nothing happens among them that does not among these.
const MACHINES: usize = 7;
/// The role that opens channels.
const ROLE: RoleId = RoleId::from_bytes([9; 16]);

impl World {
    pub(super) fn do_deed(&mut self, plan: Planned) {
        let Planned { deed, mut dice, .. } = plan;
        match deed {
            Deed::Write => {
                let count = dice.between(1, 4);
                self.write(count, &mut dice);
            }
            Deed::WriteMuch => self.write(104, &mut dice),
            Deed::Relate => self.relate(&mut dice),
            Deed::Direct => self.write_directly(&mut dice),
            Deed::Cut => self.cut_some(&mut dice),
            Deed::Silence => self.silence(&mut dice),
            Deed::Crash => self.crash_some(&mut dice),
            Deed::SwitchOff => {
                let back_at = self.now + dice.between(60_000, 900_000);
                if let Some(index) = self.some_machine(&mut dice) {
                    self.crash(index, back_at);
                }
            }
            Deed::KillRelay => {
                let back_at = self.now + dice.between(500, 40_000);
                if self.relay.is_some() {
                    self.kill_relay(back_at);
                }
            }
            Deed::FillDisk => {
                if let Some(relay) = &self.relay {
                    relay.fill_disk().expect("a database");
                    self.disk_free_at = Some(self.now + dice.between(1_000, 20_000));
                }
            }
            Deed::Invite => self.invite(&mut dice),
            Deed::AddMachine => {
                let person = dice.below(self.people.len() as u64);
                let there = self.machines.iter().filter(|it| !it.lost && !it.gone);
                if there.count() < MACHINES {
                    self.add_machine(usize::try_from(person).unwrap());
                }
            }
            Deed::LoseMachine => self.lose_machine(&mut dice),
            Deed::LoseAll => self.lose_all_machines(&mut dice),
            Deed::GoAway => self.go_away(&mut dice),
            Deed::Readmit => self.readmit(&mut dice),
            Deed::SetData => self.set_data(&mut dice),
            Deed::RevokeMachine => self.revoke_machine(&mut dice),
            Deed::RemoveMember => self.remove_member(&mut dice),
            Deed::MakeChannel => self.make_channel(&mut dice),
            Deed::ChangeRole => self.change_role(&mut dice),
            Deed::Mute => self.mute(&mut dice),
            Deed::LoadOlder => self.load_older(&mut dice),
            Deed::Retry => self.retry(&mut dice),
            Deed::Voice => self.enter_or_leave(&mut dice),
            Deed::KeepBehind => self.keep_behind(&mut dice),
        }
    }

    pub(super) fn some_machine(&self, dice: &mut Dice) -> Option<usize> {
        let on: Vec<usize> = (0..self.machines.len())
            .filter(|index| self.machines[*index].is_on())
            .collect();
        dice.one_of(&on).copied()
    }

    fn write(&mut self, count: u64, dice: &mut Dice) {
        let Some(index) = self.some_machine(dice) else {
            return;
        };
        let Some(channel) = self.some_channel(index, dice) else {
            return;
        };
        for _ in 0..count {
            let text = format!("{} by {index}", self.written_order.len());
            let sent = self.ask(index, |engine, now| {
                engine.send_text(channel, text.clone(), now)
            });
            if let Some(Ok(id)) = sent
                && self.has_kept(index, id)
            {
                let written = Written {
                    machine: index,
                    channel,
                    text,
                    refused: false,
                };
                self.written.insert(id, written);
                self.written_order.push(id);
            }
        }
    }

    pub(super) fn has_kept(&self, index: usize, id: MessageId) -> bool {
        let id = id.to_string();
        let mut outbox = self.machines[index].disk.of(Table::Outbox);
        outbox.any(|(_, value)| String::from_utf8_lossy(value).contains(&id))
    }

    pub(super) fn some_channel(&self, index: usize, dice: &mut Dice) -> Option<ChannelId> {
        let engine = self.machines[index].engine.as_ref()?;
        let (user, _) = engine.me();
        let community = engine.community();
        let channels: Vec<ChannelId> = engine
            .readable_channels()
            .filter(|channel| community.may_write(&user, channel))
            .collect();
        dice.one_of(&channels).copied()
    }

    fn cut_some(&mut self, dice: &mut Dice) {
        if let Some(index) = self.some_machine(&mut dice.clone())
            && self.machines[index].link.is_some()
        {
            let told_at = self.now + dice.between(0, 20_000);
            self.cut(index, told_at);
            self.tell(index, Engine::handle_disconnected);
        }
    }

    fn silence(&mut self, dice: &mut Dice) {
        if let Some(index) = self.some_machine(dice)
            && let Some(link) = &mut self.machines[index].link
        {
            link.silent = true;
        }
    }

    /// Shorter than what an engine takes for more than a delay.
    fn keep_behind(&mut self, dice: &mut Dice) {
        let until = self.now + dice.between(2_000, 14_000);
        if let Some(index) = self.some_machine(dice)
            && let Some(link) = &mut self.machines[index].link
        {
            link.behind_until = until;
        }
    }

    fn crash_some(&mut self, dice: &mut Dice) {
        if let Some(index) = self.some_machine(dice) {
            self.machines[index].crash_after = Some(dice.below(12));
        }
    }

    fn invite(&mut self, dice: &mut Dice) {
        if let Some(index) = self.some_machine(dice) {
            let invite = self.ask(index, |engine, now| {
                engine.make_invite(Some(now + 3_600_000), Some(1), now)
            });
            if let Some(Ok(invite)) = invite {
                self.invites.push(invite);
            }
        }
    }

    fn revoke_machine(&mut self, dice: &mut Dice) {
        let Some(index) = self.some_machine(dice) else {
            return;
        };
        let witness = self.witness.as_ref().map(|witness| witness.device);
        let others = |engine: &Engine| -> Vec<DeviceId> {
            let (user, me) = engine.me();
            let devices = engine.community().devices_of(&user).map(|(id, _)| id);
            devices
                .filter(|id| *id != me && Some(*id) != witness)
                .collect()
        };
        self.append(index, dice, |engine, dice| {
            let device = *dice.one_of(&others(engine))?;
            Some(Action::DeviceRevoked { device })
        });
    }

    fn remove_member(&mut self, dice: &mut Dice) {
        let index = if dice.percent(70) {
            self.owner_machine()
        } else {
            self.some_machine(dice)
        };
        let Some(index) = index else {
            return;
        };
        self.append(index, dice, |engine, dice| {
            let (me, _) = engine.me();
            let owner = engine.community().owner();
            let user = if me == owner {
                let members = active_members(engine.community());
                *dice.one_of(&members)?
            } else {
                me
            };
            (user != owner).then_some(Action::MemberRemoved { user })
        });
    }

    fn make_channel(&mut self, dice: &mut Dice) {
        let Some(index) = self.owner_machine() else {
            return;
        };
        let details = ChannelDetails {
            name: format!("channel {}", dice.below(1_000)),
            topic: String::new(),
            readers: if dice.percent(60) {
                Readers::Roles {
                    roles: [ROLE].into(),
                }
            } else {
                Readers::Everyone
            },
            history: if dice.percent(50) {
                History::SinceJoined
            } else {
                History::Shared
            },
            expires_after: None,
        };
        let role = Action::RoleDefined {
            role: ROLE,
            name: "inner".to_owned(),
            permissions: Permissions::from([
                Permission::SendMessages,
                Permission::ModerateMessages,
            ]),
        };
        self.tell(index, |engine, now| {
            if !engine.community().roles().contains_key(&ROLE) {
                let _ = engine.append(role, now);
            }
            let _ = engine.create_channel(ChannelKind::Text, details, now);
        });
    }

    fn change_role(&mut self, dice: &mut Dice) {
        let Some(index) = self.owner_machine() else {
            return;
        };
        self.append(index, dice, |engine, dice| {
            let community = engine.community();
            let user = *dice.one_of(&active_members(community))?;
            let member = community.active_member(&user)?;
            community.roles().contains_key(&ROLE).then(|| {
                if member.roles.contains(&ROLE) {
                    Action::RoleTaken { user, role: ROLE }
                } else {
                    Action::RoleGiven { user, role: ROLE }
                }
            })
        });
    }

    fn mute(&mut self, dice: &mut Dice) {
        let Some(index) = self.owner_machine() else {
            return;
        };
        // Somebody writes just then, without a connection.
        let mut same = dice.clone();
        self.cut_some(dice);
        self.write(2, &mut same);
        self.append(index, dice, |engine, _| {
            let everyone = engine.community().roles().get(&RoleId::EVERYONE)?;
            let mut permissions = everyone.permissions.clone();
            if !permissions.remove(&Permission::SendMessages) {
                permissions.insert(Permission::SendMessages);
            }
            Some(Action::RoleDefined {
                role: RoleId::EVERYONE,
                name: everyone.name.clone(),
                permissions,
            })
        });
    }

    pub(super) fn owner_machine(&self) -> Option<usize> {
        (0..self.machines.len())
            .find(|index| self.machines[*index].person == 0 && self.machines[*index].is_on())
    }

    fn append(
        &mut self,
        index: usize,
        dice: &mut Dice,
        choose: impl FnOnce(&Engine, &mut Dice) -> Option<Action>,
    ) {
        self.tell(index, |engine, now: Millis| {
            if let Some(action) = choose(engine, dice) {
                let _ = engine.append(action, now);
            }
        });
    }

    fn load_older(&mut self, dice: &mut Dice) {
        if let Some(index) = self.some_machine(dice)
            && let Some(channel) = self.some_channel(index, dice)
        {
            if dice.percent(50) {
                let newest = dice.below(10);
                self.tell(index, |engine, now| {
                    engine.release_past(channel, newest, now);
                });
            } else {
                self.tell(index, |engine, now| engine.load_older(channel, now));
            }
        }
    }

    fn retry(&mut self, dice: &mut Dice) {
        let Some(index) = self.some_machine(dice) else {
            return;
        };
        for id in self.refused(index) {
            if dice.percent(50) {
                self.tell(index, |engine, now| engine.retry(id, now));
            } else {
                self.tell(index, |engine, now| engine.discard(id, now));
            }
        }
    }

    /// What a machine shows as refused, which is noted.
    pub(super) fn refused(&mut self, index: usize) -> Vec<MessageId> {
        let Some(engine) = &self.machines[index].engine else {
            return Vec::new();
        };
        let ids: Vec<MessageId> = engine
            .community()
            .channels()
            .keys()
            .filter_map(|channel| engine.timeline(channel))
            .flat_map(parley_client::timeline::Timeline::outbox)
            .filter(|item| matches!(item.state, OutboxState::Failed { .. }))
            .map(|item| item.id)
            .collect();
        for id in &ids {
            if let Some(written) = self.written.get_mut(id) {
                written.refused = true;
            }
        }
        ids
    }

    fn enter_or_leave(&mut self, dice: &mut Dice) {
        let Some(index) = self.some_machine(dice) else {
            return;
        };
        self.tell(index, |engine, now| {
            let lounge = engine
                .community()
                .channels()
                .iter()
                .find(|(_, channel)| channel.kind == ChannelKind::Voice)
                .map(|(id, _)| *id);
            match (engine.voice_channel(), lounge) {
                (None, Some(lounge)) => engine.join_voice(lounge, now),
                _ => engine.leave_voice(now),
            }
        });
    }
}

fn active_members(community: &Community) -> Vec<UserId> {
    let members = community.members().iter();
    members
        .filter(|(_, member)| member.is_active())
        .map(|(user, _)| *user)
        .collect()
}
