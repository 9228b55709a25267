//! A member and the relay together try to pass somebody else's messages off as the member's own.

use parley_client::store::Table;
use parley_client::timeline::Unreadable;
use parley_protocol::channel::{ChannelItem, ItemContent, SignedAnnouncement};
use parley_protocol::frame::{ChannelPage, RelayToClient};
use parley_protocol::keys::Signature;
use parley_protocol::signing;
use vodozemac::olm::Account;

use super::bench::Bench;
use super::hostile_relay::listen;

/// Signs as a device, with what it has stored.
fn sign(bench: &Bench, device: usize, message: &[u8]) -> Signature {
    let mut disk = bench.devices[device].disk.iter();
    let (_, account) = disk
        .find(|((table, _), _)| *table == Table::Account)
        .unwrap();
    let account = Account::from_pickle(serde_json::from_slice(account).unwrap());
    Signature::from_bytes(account.sign(message).to_bytes())
}

#[test]
fn announcing_somebody_elses_session_gains_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.unplug(cyd);
    let heard = listen(&mut bench, 1);
    bench.write(0, general, "by ada");

    // The relay shows cyd all of it as bob's, with an announcement that bob really signed.
    let (ada, bob) = (bench.engine(0).me().1, bench.engine(1).me().1);
    let claimed: Vec<ChannelItem> = heard
        .borrow()
        .iter()
        .map(|item| {
            let mut item = item.clone();
            item.author = bob;
            if let ItemContent::Announcement(announcement) = &mut item.content {
                let body = announcement
                    .body
                    .replace(&ada.to_string(), &bob.to_string());
                let signature = sign(&bench, 1, &signing::announcement(&body));
                *announcement = SignedAnnouncement { body, signature };
            }
            item
        })
        .collect();
    bench.devices[cyd].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Items(page) => vec![RelayToClient::Items(ChannelPage {
            items: claimed.clone(),
            ..page
        })],
        frame => vec![frame],
    }));
    bench.plug(cyd);
    assert_eq!(bench.reasons(cyd, general), [Unreadable::Damaged]);
    assert_eq!(bench.shown(cyd, general).len(), 1);
}
