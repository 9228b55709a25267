//! A member and the relay together try to pass somebody else's messages off as the member's own.

use parley_client::store::Table;
use parley_client::timeline::Unreadable;
use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::frame::{ChannelPage, RelayToClient};
use parley_protocol::keys::Signature;
use parley_protocol::signing;
use vodozemac::olm::Account;

use super::bench::Bench;
use super::hostile_relay::listen;

/// Signs as a device, with what it has stored.
pub(super) fn sign(bench: &Bench, device: usize, message: &[u8]) -> Signature {
    let mut disk = bench.devices[device].disk.iter();
    let (_, account) = disk
        .find(|((table, _), _)| *table == Table::Account)
        .unwrap();
    let account = Account::from_pickle(serde_json::from_slice(account).unwrap());
    Signature::from_bytes(account.sign(message).to_bytes())
}

/// What ada wrote as if bob had: an announcement that bob really signed, and a message under his name.
pub(super) fn claimed_by_bob(bench: &Bench, heard: &[ChannelItem]) -> Vec<ChannelItem> {
    let (ada, bob) = (bench.engine(0).me().1, bench.engine(1).me().1);
    let claim = |item: &ChannelItem| {
        let mut item = item.clone();
        item.author = bob;
        if let ItemContent::Announcement(announcement) = &mut item.content {
            announcement.body = announcement
                .body
                .replace(&ada.to_string(), &bob.to_string());
            announcement.signature = sign(bench, 1, &signing::announcement(&announcement.body));
        }
        item
    };
    heard.iter().map(claim).collect()
}

#[test]
fn announcing_somebody_elses_session_gains_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.unplug(cyd);
    let heard = listen(&mut bench, 1);
    bench.write(0, general, "by ada");

    let claimed = claimed_by_bob(&bench, &heard.borrow());
    bench.devices[cyd].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Items(page) => vec![RelayToClient::Items(ChannelPage {
            items: claimed.clone(),
            ..page
        })],
        frame => vec![frame],
    }));
    bench.plug(cyd);
    bench.pass(120_000);
    assert_eq!(bench.reasons(cyd, general), [Unreadable::NotAnnounced]);
    assert_eq!(bench.shown(cyd, general).len(), 1);
}

#[test]
fn announcing_somebody_elses_session_first_closes_it_to_nobody() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let heard = listen(&mut bench, 1);
    bench.write(0, general, "by ada");
    let mut claimed = claimed_by_bob(&bench, &heard.borrow());
    claimed.truncate(1);
    claimed[0].seq = 0;

    let link = bench.invite();
    let made = bench.join(link, "cyd").unwrap();
    let cyd = bench.register_tampered("cyd", made, move |frame| match frame {
        RelayToClient::Items(page) => vec![RelayToClient::Items(ChannelPage {
            announcements: claimed.clone(),
            ..page
        })],
        frame => vec![frame],
    });
    bench.pass(30_000);
    assert_eq!(bench.shown(cyd, general), ["by ada"]);
}
