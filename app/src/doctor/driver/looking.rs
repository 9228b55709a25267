//! Looks at one matter after the other, and reports each as soon as it is known. Servers are asked all at once.

use parley_protocol::voice::IceServers;

use super::checks;
use super::servers::Server;
use super::{Case, DoctorInput};
use crate::doctor::store::{Finding, Matter};
use crate::driver::port::Port;
use crate::platform::microphone::{self, Microphone, Wanted};
use crate::platform::{http, ice_probe, loop_probe, own_addresses, secure_context, task};

pub(super) fn begin(case: Case, port: Port<DoctorInput>) {
    task::spawn(async move {
        let number = case.number;
        let found = |matter, finding| {
            port.put(DoctorInput::Found {
                number,
                matter,
                finding,
            });
        };
        look(&case, found).await;
        port.put(DoctorInput::Over(number));
    });
}

async fn look(case: &Case, found: impl Fn(Matter, Finding)) {
    let can_call = ice_probe::is_supported();
    found(
        Matter::Page,
        checks::page(secure_context::is_secure(), can_call),
    );
    // Held until the end: browsers tell their addresses only to pages that use the microphone, as a call does.
    let wanted = Wanted {
        device: case.microphone.clone(),
        ..Wanted::speech()
    };
    let microphone = Microphone::open(&wanted, || {}).await;
    let is_muted = microphone.as_ref().is_ok_and(Microphone::is_muted);
    found(
        Matter::Microphone,
        checks::microphone(microphone.as_ref().map(|_| ()), is_muted),
    );
    let devices = microphone::devices().await.ok();
    found(Matter::Devices, checks::devices(devices.as_ref()));
    let answers = case.is_online || http::answers("/healthz").await;
    found(Matter::Relay, checks::relay(case.is_online, answers));
    if !can_call {
        return;
    }
    match &case.servers {
        Some(servers) if servers.turn.is_empty() && servers.stun.is_empty() => {
            let (matter, finding) = checks::no_servers(true);
            found(matter, finding);
        }
        Some(servers) => look_at_servers(servers, case.hides_address, &found).await,
        None => {
            let (matter, finding) = checks::no_servers(false);
            found(matter, finding);
        }
    }
}

async fn look_at_servers(ice: &IceServers, hides: bool, found: &impl Fn(Matter, Finding)) {
    let tried: Vec<(Server, bool)> = ice_probe::try_all(ice)
        .await
        .into_iter()
        .filter_map(|(url, answered)| Some((Server::parse(&url)?, answered)))
        .collect();
    for (matter, finding) in checks::servers(&tried) {
        found(matter, finding);
    }
    let best = tried
        .iter()
        .find(|(server, answered)| *answered && server.matter != Matter::Stun);
    if let Some((server, _)) = best {
        let only = IceServers {
            stun: Vec::new(),
            turn: vec![server.url.clone()],
            ..ice.clone()
        };
        found(Matter::Way, checks::way(loop_probe::measure(&only).await));
    }
    let told = own_addresses::gather(ice, hides).await;
    found(Matter::Addresses, checks::addresses(&told, hides));
}
