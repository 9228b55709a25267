//! Machines that are gone for good, people who have none any more, and what they do about it.

use parley_client::Engine;
use parley_protocol::Millis;

use super::dice::Dice;
use super::world::World;

const DAY: Millis = 86_400_000;

impl World {
    /// A machine and its disk are gone. Nobody revokes it.
    pub(super) fn lose(&mut self, index: usize) {
        let now = self.now;
        self.crash(index, now);
        let machine = &mut self.machines[index];
        machine.start_at = None;
        machine.log_in_at = None;
        machine.lost = true;
        self.counts.machines_lost += 1;
    }

    pub(super) fn lose_machine(&mut self, dice: &mut Dice) {
        let there: Vec<usize> = self.active().collect();
        if let Some(index) = dice.one_of(&there) {
            let person = self.machines[*index].person;
            self.lose(*index);
            self.come_back_later(person, dice);
        }
    }

    pub(super) fn lose_all_machines(&mut self, dice: &mut Dice) {
        let there: Vec<usize> = self.active().collect();
        let Some(person) = dice.one_of(&there).map(|it| self.machines[*it].person) else {
            return;
        };
        for index in there {
            if self.machines[index].person == person {
                self.lose(index);
            }
        }
        self.counts.people_lost += 1;
        self.come_back_later(person, dice);
    }

    /// If somebody has no machine any more, they are at another one after a while.
    fn come_back_later(&mut self, person: usize, dice: &mut Dice) {
        let at = self.now + dice.between(1_000, 300_000);
        let has_one = self.active().any(|it| self.machines[it].person == person);
        if !has_one && !self.sign_ins.iter().any(|(_, it)| *it == person) {
            self.sign_ins.push((at, person));
        }
    }

    /// Everybody is away for days: sessions end, mail runs out. One machine stays off for longer than the others.
    pub(super) fn go_away(&mut self, dice: &mut Dice) {
        let days = dice.between(2, 40);
        let late = self.some_machine(dice);
        let late_by = dice.between(1_000, 200_000);
        let on: Vec<usize> = (0..self.machines.len())
            .filter(|it| !self.machines[*it].lost)
            .collect();
        let now = self.now + days * DAY;
        for index in on {
            let back_at = now + dice.below(20_000) + if Some(index) == late { late_by } else { 0 };
            let gone = self.machines[index].gone;
            self.crash(index, back_at);
            if gone {
                self.machines[index].start_at = None;
            }
        }
        let leaving = std::mem::take(&mut self.leaving);
        for (_, connection) in leaving {
            self.with_relay(|relay, now| relay.disconnect(connection, now));
        }
        self.joins.clear();
        self.returns.clear();
        self.now = now;
        self.away += days * DAY;
        self.counts.days += days;
        if self.relay.is_some() {
            self.kill_relay(now);
            self.start_relay();
        } else {
            self.relay_back_at = Some(now);
        }
    }

    /// The owner lets somebody back in who has nothing any more, or says so.
    pub(super) fn readmit(&mut self, dice: &mut Dice) {
        let Some(index) = self.owner_machine() else {
            return;
        };
        let others = self.people.len() as u64 - 1;
        if others == 0 {
            return;
        }
        let person = usize::try_from(dice.between(1, others)).unwrap();
        let user = self.people[person].user;
        let at = self.now + 3_600_000;
        let made = self.ask(index, |engine: &mut Engine, now| {
            engine.make_readmission(user, Some(at), now)
        });
        if let Some(Ok((entry, link))) = made {
            self.readmissions.push((entry, link, person));
        }
    }

    /// Who is due is at a new machine, or back with new keys.
    pub(super) fn let_people_return(&mut self) {
        let now = self.now;
        let (due, returns): (Vec<_>, Vec<_>) = std::mem::take(&mut self.returns)
            .into_iter()
            .partition(|(at, ..)| *at <= now);
        self.returns = returns;
        for (_, link, person) in due {
            self.come_back(link, person);
        }
        let (due, sign_ins): (Vec<_>, Vec<_>) = std::mem::take(&mut self.sign_ins)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.sign_ins = sign_ins;
        for (_, person) in due {
            let is_member = self.membership(person).is_some();
            if is_member && !self.add_machine(person) {
                self.sign_ins.push((now + 5_000, person));
            }
        }
    }

    /// Whoever has no machine is at another one now.
    pub(super) fn sign_in_everybody(&mut self) {
        for person in 0..self.people.len() {
            let has_one = self.active().any(|it| self.machines[it].person == person);
            let is_member = self.membership(person).is_some();
            self.sign_ins.retain(|(_, it)| *it != person);
            if is_member && !has_one {
                self.sign_ins.push((self.now, person));
            }
        }
    }
}
