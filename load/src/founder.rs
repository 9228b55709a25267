//! Founds a community on a fresh relay: one channel that everybody reads, and one private channel for each sender,
//! so that posting is measured without fan-out, which has a measurement of its own.

use anyhow::{Context, Result};
use parley_protocol::Millis;
use parley_protocol::auth::{LoginSecret, RegisterRequest, SessionResponse, Wrap};
use parley_protocol::entry::{
    Action, ChannelDetails, ChannelKind, Entry, Head, History, Permission, Readers,
};
use parley_protocol::ids::{ChannelId, CommunityId, InviteId, RoleId, UserId};
use parley_protocol::invite::InviteProof;
use parley_protocol::map::IdSet;
use parley_protocol::signing;

use crate::http::Http;
use crate::member::{Device, Key, Member, random};

/// Number of private channels, and so of concurrent senders.
pub(crate) const PRIVATE_CHANNELS: usize = 64;

/// A founded community, and its founder's keys.
pub(crate) struct Community {
    pub(crate) id: CommunityId,
    /// The channel that everybody reads.
    pub(crate) open: ChannelId,
    /// Private channels, each with the one role that reads it.
    pub(crate) private: Vec<(ChannelId, RoleId)>,
    pub(crate) founder: Seat,
    pub(crate) head: Head,
    pub(crate) invite: InviteId,
    invite_key: Key,
}

/// A registered device with what it needs to connect.
pub(crate) struct Seat {
    pub(crate) user: UserId,
    pub(crate) device: Device,
    pub(crate) token: String,
}

/// Appends entries of one device, each with the head that it knows: others may append in between.
struct Writer<'a> {
    device: &'a Device,
    head: Head,
    entries: Vec<Entry>,
}

impl Writer<'_> {
    fn write(&mut self, action: Action) -> Result<()> {
        self.entries.push(self.device.entry(self.head, action)?);
        Ok(())
    }
}

/// Founds a community with the token of the setup link.
pub(crate) async fn found(url: &str, setup_link: &str) -> Result<Community> {
    let setup_token = setup_link
        .rsplit(['#', '/', '='])
        .next()
        .context("the setup link has no token")?;
    let owner = Member::new("founder".into())?;
    let mut device = Device::new(CommunityId::from_bytes([0; 32]))?;
    let open = ChannelId::from_bytes(random()?);
    let invite = InviteId::from_bytes(random()?);
    let invite_key = Key::new()?;

    let genesis = device.genesis(&owner, "Load")?;
    let mut writer = Writer {
        device: &device,
        head: Head::EMPTY.after(&genesis),
        entries: vec![genesis],
    };
    writer.write(channel(open, "open", Readers::Everyone))?;
    writer.write(Action::InviteMade {
        invite,
        key: invite_key.public(),
        expires_at: None,
        max_uses: None,
        readmits: None,
        guest: None,
    })?;
    let (head, entries) = (writer.head, writer.entries);

    let request = RegisterRequest {
        setup_token: Some(setup_token.to_owned()),
        entries,
        login_secret: Some(login_secret()?),
        prekeys: device.prekeys()?,
        wraps: vec![Wrap::password("{}".into())],
        recovery_secret: None,
        oidc: None,
    };
    let mut http = Http::connect(url).await?;
    let session: SessionResponse = http.send("POST", "/auth/register", None, &request).await?;
    Ok(Community {
        id: device.community,
        open,
        private: Vec::new(),
        founder: Seat {
            user: owner.user,
            device,
            token: session.access_token,
        },
        head,
        invite,
        invite_key,
    })
}

impl Community {
    /// The invite proof for reading the log, at the relay's time `at`.
    pub(crate) fn proof(&self, at: Millis) -> InviteProof {
        let message = signing::log_read(&self.id, &self.invite, at);
        InviteProof {
            invite: self.invite,
            at,
            signature: self.invite_key.sign(&message),
        }
    }

    /// Entries that give each of these members a private channel.
    pub(crate) fn private_channels(&mut self, users: &[UserId]) -> Result<Vec<Entry>> {
        let mut writer = Writer {
            device: &self.founder.device,
            head: self.head,
            entries: Vec::new(),
        };
        for (number, user) in users.iter().take(PRIVATE_CHANNELS).enumerate() {
            let role = RoleId::from_bytes(random()?);
            let id = ChannelId::from_bytes(random()?);
            let name = format!("private {number}");
            writer.write(Action::RoleDefined {
                role,
                name: name.clone(),
                permissions: IdSet::from([Permission::SendMessages]),
            })?;
            let readers = Readers::Roles {
                roles: IdSet::from([role]),
            };
            writer.write(channel(id, &name, readers))?;
            writer.write(Action::RoleGiven { user: *user, role })?;
            self.private.push((id, role));
        }
        Ok(writer.entries)
    }

    /// Registers one member with their first device.
    pub(crate) async fn join(&self, http: &mut Http, name: String) -> Result<(Member, Seat)> {
        let member = Member::new(name)?;
        let device = Device::new(self.id)?;
        let invite_signature = self.invite_key.sign(&signing::invite_use(
            &self.id,
            &self.invite,
            &member.user,
            &member.identity(),
        ));
        let entry = device.entry(
            self.head,
            Action::MemberJoined {
                invite: self.invite,
                invite_signature,
                member: member.details(&device),
            },
        )?;
        let request = RegisterRequest {
            setup_token: None,
            entries: vec![entry],
            login_secret: Some(login_secret()?),
            prekeys: device.prekeys()?,
            wraps: vec![Wrap::password("{}".into())],
            recovery_secret: None,
            oidc: None,
        };
        let session: SessionResponse = http.send("POST", "/auth/register", None, &request).await?;
        let seat = Seat {
            user: member.user,
            device,
            token: session.access_token,
        };
        Ok((member, seat))
    }
}

fn channel(id: ChannelId, name: &str, readers: Readers) -> Action {
    Action::ChannelCreated {
        channel: id,
        kind: ChannelKind::Text,
        details: ChannelDetails {
            name: name.into(),
            topic: String::new(),
            readers,
            history: History::Shared,
            expires_after: None,
        },
    }
}

fn login_secret() -> Result<LoginSecret> {
    // Any 32 bytes in the text form of keys.
    let bytes = parley_protocol::keys::Hash::from_bytes(random()?);
    Ok(LoginSecret(bytes.to_string()))
}
