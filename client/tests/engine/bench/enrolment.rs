//! How devices come to the bench: by an invite, or as one more of somebody who is there.

use std::collections::BTreeMap;

use parley_client::enrol;
use parley_client::enrol::{DeviceEnrolment, Enrolment, Joining, WayIn};
use parley_client::store::Change;
use parley_protocol::auth::{LoginRequest, RegisterRequest};
use parley_protocol::entry::{Entry, GuestTerms};
use parley_protocol::error::ApiError;
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::invite::InviteLink;
use parley_relay::RefreshToken;

use super::{Bench, Device, password};

impl Bench {
    /// Somebody comes in by an invite of device 0. Says which device is theirs.
    pub(in crate::engine) fn welcome(&mut self, name: &str) -> usize {
        self.welcome_by(0, name)
    }

    /// The same by another device's invite.
    pub(in crate::engine) fn welcome_by(&mut self, index: usize, name: &str) -> usize {
        let link = self.invite_by(index);
        let made = self.join(link, name).expect("may join");
        self.register(name, made).expect("registered")
    }

    pub(in crate::engine) fn invite(&mut self) -> InviteLink {
        self.invite_by(0)
    }

    fn invite_by(&mut self, index: usize) -> InviteLink {
        let (_, link) = self
            .tell(index, |engine, now| engine.make_invite(None, Some(1), now))
            .expect("connected");
        link
    }

    pub(in crate::engine) fn join(
        &mut self,
        link: InviteLink,
        name: &str,
    ) -> Result<Enrolment, enrol::EnrolError> {
        let entries = self.log_for(&link).expect("a log");
        self.join_with(link, entries, name)
    }

    /// The same with a log that is at hand.
    pub(in crate::engine) fn join_with(
        &mut self,
        link: InviteLink,
        entries: Vec<Entry>,
        name: &str,
    ) -> Result<Enrolment, enrol::EnrolError> {
        let joining = Joining {
            link,
            entries,
            name: name.to_owned(),
            label: "first".to_owned(),
        };
        let keys = password(name, &self.community());
        enrol::join(joining, &keys, &mut self.rng, self.now)
    }

    /// Somebody comes as a guest into a voice channel, by an invite of device 0 that is good for an hour.
    pub(in crate::engine) fn guest(&mut self, channel: ChannelId, name: &str) -> usize {
        let terms = GuestTerms {
            channel,
            until: self.now + 3_600_000,
        };
        let (_, link) = self
            .tell(0, |engine, now| engine.make_guest_invite(terms, 1, now))
            .expect("connected");
        let entries = self.log_for(&link).expect("a log");
        let joining = Joining {
            link,
            entries,
            name: name.to_owned(),
            label: "guest".to_owned(),
        };
        let made = enrol::join_as_guest(joining, &mut self.rng, self.now).expect("may come");
        self.register(name, made).expect("registered")
    }

    pub(in crate::engine) fn log_for(&self, link: &InviteLink) -> Result<Vec<Entry>, ApiError> {
        let proof = enrol::invite_proof(link, &self.community(), self.now);
        let page = self.relay.log_by_invite(&proof, 1, self.now)?;
        Ok(page.entries)
    }

    pub(in crate::engine) fn register(
        &mut self,
        name: &str,
        made: Enrolment,
    ) -> Result<usize, ApiError> {
        let request: RegisterRequest = made.request;
        let (_, cookie) = self.relay.register(request, self.now)?;
        Ok(self.plug_in(name, made.user, made.records, cookie))
    }

    /// The same, where the relay tampers with what it sends from the first frame on.
    pub(in crate::engine) fn register_tampered(
        &mut self,
        name: &str,
        made: Enrolment,
        tamper: impl FnMut(RelayToClient) -> Vec<RelayToClient> + 'static,
    ) -> usize {
        let (_, cookie) = self
            .relay
            .register(made.request, self.now)
            .expect("registered");
        let index = self.seat(name, made.user, made.records, cookie);
        self.devices[index].tamper = Some(Box::new(tamper));
        self.start(index);
        index
    }

    /// A member logs in on another device.
    pub(in crate::engine) fn another_device_of(&mut self, device: usize) -> usize {
        let name = self.devices[device].person.clone();
        let made = self.log_in_anew(device, &name).expect("may add a device");
        self.plug_in(&name, made.0, made.1.records, made.2)
    }

    /// Logs in with a password that is made from `name`, and adds a device.
    pub(in crate::engine) fn log_in_anew(
        &mut self,
        device: usize,
        password_of: &str,
    ) -> Result<(UserId, DeviceEnrolment, RefreshToken), enrol::EnrolError> {
        self.log_in_shown(device, password_of, |entries| entries)
    }

    /// The same, at a relay that shows another log than it has.
    pub(in crate::engine) fn log_in_shown(
        &mut self,
        device: usize,
        password_of: &str,
        shown: impl FnOnce(Vec<Entry>) -> Vec<Entry>,
    ) -> Result<(UserId, DeviceEnrolment, RefreshToken), enrol::EnrolError> {
        let name = self.devices[device].person.clone();
        let community = self.community();
        let request = LoginRequest {
            name: name.clone(),
            login_secret: password(&name, &community).login_secret(),
        };
        let (session, cookie) = self.relay.log_in(&request, self.now).expect("a login");
        let token = session.access_token;
        let entries = self.relay.log(&token, 1, self.now).expect("a log").entries;
        let way = WayIn {
            wrap: session.wraps.first().expect("a wrap"),
            key: &password(password_of, &community).wrap_key(),
        };
        let made = enrol::add_device(
            way,
            session.user,
            shown(entries),
            "another".to_owned(),
            &mut self.rng,
            self.now,
        )?;
        let request = made.request.clone();
        self.relay
            .add_device(&token, request, self.now)
            .expect("the relay takes it");
        Ok((session.user, made, cookie))
    }

    /// The password is typed again on a device whose session had ended: its vault is to be read.
    pub(in crate::engine) fn sign_in_again(&mut self, device: usize) {
        let name = self.devices[device].person.clone();
        let keys = password(&name, &self.community());
        let request = LoginRequest {
            name,
            login_secret: keys.login_secret(),
        };
        let (session, _) = self.relay.log_in(&request, self.now).expect("a login");
        let way = WayIn {
            wrap: session.wraps.first().expect("a wrap"),
            key: &keys.wrap_key(),
        };
        let log = self.engine(device).community();
        let kept = enrol::read_again(way, &session.user, log).expect("it opens");
        self.devices[device].keep(kept.into_iter().collect());
    }

    pub(in crate::engine) fn plug_in(
        &mut self,
        person: &str,
        user: UserId,
        records: Vec<Change>,
        cookie: RefreshToken,
    ) -> usize {
        let index = self.seat(person, user, records, cookie);
        self.start(index);
        index
    }

    pub(super) fn seat(
        &mut self,
        person: &str,
        user: UserId,
        records: Vec<Change>,
        cookie: RefreshToken,
    ) -> usize {
        let mut device = Device {
            person: person.to_owned(),
            user,
            disk: BTreeMap::new(),
            engine: None,
            connection: None,
            plugged: true,
            tamper: None,
            effects_left: None,
            events: Vec::new(),
            calls: Vec::new(),
            sent: Vec::new(),
            mail_only_to: None,
            lost: Vec::new(),
            cookie,
            keeps_token: false,
            token: None,
        };
        device.keep(records);
        self.devices.push(device);
        self.devices.len() - 1
    }
}
