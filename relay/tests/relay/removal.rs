//! Whoever is removed or loses a right hears nothing more, from that moment on.

use parley_protocol::entry::{Action, ChannelKind, Readers};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{RelayToClient, Request};
use parley_protocol::ids::{ChannelId, RoleId};

use crate::support::person::channel_created;
use crate::support::town::Town;

#[test]
fn a_removed_member_is_told_and_disconnected() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let connection = town.connect(&ben);
    let owner = town.connect_owner();
    town.all(connection);
    town.append(owner, Action::MemberRemoved { user: ben.user });
    let frames = town.all(connection);
    let [
        RelayToClient::Log { entries, .. },
        RelayToClient::Closing { error },
    ] = frames.as_slice()
    else {
        panic!("{frames:?}");
    };
    assert_eq!(entries.len(), 1);
    assert_eq!(error.code, ErrorCode::UnknownDevice);

    let login = town.relay.log_in(&ben.login(), town.now);
    assert_eq!(login.unwrap_err().code, ErrorCode::WrongCredentials);
}

#[test]
fn a_revoked_device_loses_its_session() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let connection = town.connect(&ben);
    let entry = ben.entry(
        town.head(),
        town.now,
        Action::DeviceRevoked { device: ben.device },
    );
    town.all(connection);
    let request = parley_protocol::frame::ClientToRelay::Request {
        id: 1,
        request: Request::Append { entry },
    };
    town.send(connection, &request);
    let last = town.all(connection).pop();
    assert!(
        matches!(&last, Some(RelayToClient::Closing { error }) if error.code == ErrorCode::UnknownDevice),
        "{last:?}"
    );
}

#[test]
fn a_lost_role_ends_the_stream_of_its_channel() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let (role, channel) = (RoleId::from_bytes([5; 16]), ChannelId::from_bytes([6; 16]));
    town.append(
        owner,
        Action::RoleDefined {
            role,
            name: "inner circle".to_owned(),
            permissions: [].into(),
        },
    );
    let readers = Readers::Roles {
        roles: [role].into(),
    };
    town.append(owner, channel_created(channel, ChannelKind::Text, readers));
    let connection = town.connect(&ben);
    let subscribe = || Request::Subscribe {
        channel,
        after: Some(0),
    };
    assert_eq!(
        town.ask(connection, subscribe()),
        Err(ErrorCode::UnknownChannel)
    );
    let user = ben.user;
    town.append(owner, Action::RoleGiven { user, role });
    assert!(town.ask(connection, subscribe()).is_ok());

    town.text = channel;
    let items = |town: &mut Town| {
        let frames = town.all(connection);
        frames
            .iter()
            .filter(|frame| matches!(frame, RelayToClient::Items(_)))
            .count()
    };
    town.announce(owner, &ada);
    assert_eq!(items(&mut town), 1);
    town.append(owner, Action::RoleTaken { user, role });
    town.announce(owner, &ada);
    assert_eq!(items(&mut town), 0);
}
