//! Direct conversations in the storm. In the end all machines of those who are in one have the same in the same order,
//! each message once, as long as the machine that wrote it is there: whatever was lost, it is sent again.

use parley_client::Engine;
use parley_client::direct::Standing;
use parley_client::store::Table;
use parley_protocol::ids::{ChannelId, MessageId, UserId};

use super::dice::Dice;
use super::world::World;

/// Groups of a storm. A stranger could begin few more.
const GROUPS: usize = 2;

/// A direct message that somebody wrote, and whose machine kept it.
#[derive(Debug, Clone)]
pub(super) struct WrittenDirectly {
    machine: usize,
    conversation: ChannelId,
    id: MessageId,
    text: String,
    to: Vec<UserId>,
    /// The newest entry of the log that its author had seen.
    head: u64,
}

impl World {
    pub(super) fn write_directly(&mut self, dice: &mut Dice) {
        let Some(index) = self.some_machine(dice) else {
            return;
        };
        if dice.percent(30) {
            self.take_requests(index);
        }
        let conversation = if dice.percent(40) {
            self.some_group(index, dice)
        } else {
            self.some_other(index, dice)
                .and_then(|other| {
                    self.ask(index, |engine, now| engine.open_direct(other, now).ok())
                })
                .flatten()
        };
        let Some(conversation) = conversation else {
            return;
        };
        for _ in 0..dice.between(1, 4) {
            self.write_in(index, conversation);
        }
    }

    fn take_requests(&mut self, index: usize) {
        let Some(engine) = &self.machines[index].engine else {
            return;
        };
        let all = engine.conversations().into_iter();
        let requests = all.filter(|it| it.standing == Standing::Request);
        let requests: Vec<ChannelId> = requests.map(|it| it.id).collect();
        for id in requests {
            self.tell(index, |engine, now| {
                engine.answer_request(id, true, now).expect("small");
            });
        }
    }

    fn some_other(&self, index: usize, dice: &mut Dice) -> Option<UserId> {
        let engine = self.machines[index].engine.as_ref()?;
        let (me, _) = engine.me();
        let members = engine.community().members().iter();
        let others: Vec<UserId> = members
            .filter(|(user, member)| **user != me && member.is_active())
            .map(|(user, _)| *user)
            .collect();
        dice.one_of(&others).copied()
    }

    /// A group that this machine is in, or a new one.
    fn some_group(&mut self, index: usize, dice: &mut Dice) -> Option<ChannelId> {
        let one = self.some_other(index, dice)?;
        let other = self.some_other(index, dice)?;
        if self.groups.len() < GROUPS && one != other {
            let begun = self.ask(index, |engine, now| {
                engine.begin_group(&[one, other], String::new(), now).ok()
            });
            self.groups.extend(begun.flatten());
            return begun.flatten();
        }
        let engine = self.machines[index].engine.as_ref()?;
        let known = engine.conversations().into_iter();
        let groups: Vec<ChannelId> = known
            .filter(|it| it.is_group && it.writable)
            .map(|it| it.id)
            .collect();
        let group = dice.one_of(&groups).copied()?;
        if dice.percent(30) {
            self.tell(index, |engine, now| {
                // There may be no room, or they are in it already.
                engine.add_to_group(group, &[one], now).ok();
            });
        }
        Some(group)
    }

    fn write_in(&mut self, index: usize, conversation: ChannelId) {
        let text = format!("direct {} by {index}", self.direct.len());
        let sent = self.ask(index, |engine, now| {
            engine.send_text(conversation, text.clone(), now)
        });
        let Some(Ok(id)) = sent else {
            return;
        };
        let needle = id.to_string();
        let mut kept = self.machines[index].disk.of(Table::Direct);
        let is_kept = kept.any(|(_, value)| String::from_utf8_lossy(value).contains(&needle));
        drop(kept);
        let Some(engine) = self.machines[index].engine.as_ref().filter(|_| is_kept) else {
            return;
        };
        let listed = engine.conversations().into_iter();
        let mut listed = listed.filter(|it| it.id == conversation);
        let mut to = listed.next().map(|it| it.others).unwrap_or_default();
        to.push(engine.me().0);
        let head = engine.community().head().seq;
        self.direct.push(WrittenDirectly {
            machine: index,
            conversation,
            id,
            text,
            to,
            head,
        });
    }

    /// # Errors
    /// What somebody lacks, or has in another order, or twice.
    pub(super) fn check_direct(&self) -> Result<(), String> {
        let active: Vec<usize> = self.active().collect();
        let members = self.witness().community();
        for written in &self.direct {
            let is_here = active.contains(&written.machine);
            if !is_here {
                continue;
            }
            let all_there = written
                .to
                .iter()
                .all(|user| members.active_member(user).is_some());
            if !self.shows(written.machine, written) {
                if all_there {
                    return Err(format!("{:?} waits", written.text));
                }
                continue;
            }
            for index in &active {
                let machine = &self.machines[*index];
                let user = machine.engine.as_ref().map(|it| it.me().0);
                let is_for = user.is_some_and(|user| written.to.contains(&user));
                if is_for && machine.membership <= written.head && !self.shows(*index, written) {
                    let engine = machine.engine.as_ref();
                    let known = engine.map(Engine::conversations).unwrap_or_default();
                    let mut known = known.into_iter();
                    let known = known.find(|it| it.id == written.conversation);
                    return Err(format!(
                        "machine {index}, since {}, lacks {written:?} of {known:?}",
                        machine.membership
                    ));
                }
            }
        }
        self.check_orders(&active)
    }

    fn shows(&self, index: usize, written: &WrittenDirectly) -> bool {
        let ids = self.shown(index, written.conversation);
        ids.contains(&written.id)
    }

    fn shown(&self, index: usize, conversation: ChannelId) -> Vec<MessageId> {
        let engine = self.machines[index].engine.as_ref();
        let timeline = engine.and_then(|engine| engine.timeline(&conversation));
        let items = timeline
            .into_iter()
            .flat_map(parley_client::timeline::Timeline::items);
        items.map(|item| item.id).collect()
    }

    fn check_orders(&self, active: &[usize]) -> Result<(), String> {
        let mut conversations: Vec<ChannelId> =
            self.direct.iter().map(|it| it.conversation).collect();
        conversations.sort();
        conversations.dedup();
        for conversation in conversations {
            for one in active {
                let ones = self.shown(*one, conversation);
                let mut sorted = ones.clone();
                sorted.sort();
                sorted.dedup();
                if sorted.len() != ones.len() {
                    return Err(format!("machine {one} shows something twice"));
                }
                for other in active {
                    let others = self.shown(*other, conversation);
                    let in_both = |id: &&MessageId| others.contains(id) && ones.contains(id);
                    let of_one: Vec<_> = ones.iter().filter(in_both).collect();
                    let of_other: Vec<_> = others.iter().filter(in_both).collect();
                    if of_one != of_other {
                        return Err(format!("machines {one} and {other} differ in order"));
                    }
                }
            }
        }
        Ok(())
    }
}
