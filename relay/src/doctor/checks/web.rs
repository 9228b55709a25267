//! Whether the page answers: at the relay itself, at the public address, and with which certificate.

use parley_protocol::Millis;
use parley_protocol::admin::Finding;

use crate::diagnosis::{self, Lines};
use crate::doctor::facts::{Answer, Facts, Fault, Web};
use crate::doctor::port::{Protocol, lines};

const CHECK: &str = "web";
const CERTIFICATE: &str = "certificate";
const PROXY: &str = "proxy";
const DAY: Millis = 24 * 60 * 60 * 1000;
/// Certificates by ACME last 90 days or less, and are renewed when a third is left.
const SOON: Millis = 14 * DAY;

pub(super) fn check(facts: &Facts) -> Vec<Finding> {
    if facts.local_web == Answer::No {
        return vec![Finding::bad(
            CHECK,
            format!(
                "Nothing answers at {}: the relay does not run.",
                facts.told.listen
            ),
            "Start it, and look at what it prints:\nparley-relay",
        )];
    }
    let Some(origin) = &facts.told.origin else {
        return Vec::new();
    };
    match &facts.web {
        Web::NotTried => Vec::new(),
        Web::Answers {
            expires_at,
            held_back,
        } => {
            let mut found = vec![Finding::good(
                CHECK,
                format!("The relay answers this machine at {origin}."),
            )];
            found.extend(expires_at.map(|at| expiry(at, facts.now)));
            found.extend(held_back.then(buffering));
            found
        }
        Web::NotParley => vec![Finding::bad(
            CHECK,
            format!("Something else than this relay answers at {origin}."),
            if facts.told.behind_proxy {
                format!(
                    "Have the proxy in front pass everything on to the relay:\nhttp://{}",
                    facts.told.listen
                )
            } else {
                "Stop the other program, or give the relay a port of its own.".to_owned()
            },
        )],
        Web::Closed => vec![closed(facts)],
        Web::Certificate(fault) => vec![certificate(*fault, &origin.to_string())],
    }
}

fn buffering() -> Finding {
    let Lines {
        nginx,
        caddy,
        traefik,
    } = diagnosis::Fault::HeldBack.lines();
    Finding::note(
        PROXY,
        "The proxy in front keeps requests or answers until the whole of them is there: files wait on its disk before they go on.",
        format!("nginx: {nginx}\nCaddy: {caddy}\nTraefik: {traefik}"),
    )
}

fn closed(facts: &Facts) -> Finding {
    let port = facts.told.web_port();
    if facts.is_behind_router() && facts.reached != Some(true) {
        return Finding::unknown(
            CHECK,
            format!(
                "This machine does not reach TCP port {port} at the public address. Many routers let nobody come back in from inside, so that need not mean anything: open the address on a phone that is not in this Wi-Fi."
            ),
        );
    }
    Finding::bad(
        CHECK,
        format!("TCP port {port} at the public address is closed."),
        format!(
            "Let this through, in the firewall of this machine and in that of your provider:\n{}",
            lines(&[(Protocol::Tcp, port)])
        ),
    )
}

fn certificate(fault: Fault, origin: &str) -> Finding {
    let (text, to_do) = match fault {
        Fault::Expired => (
            format!("The certificate at {origin} has expired: browsers let nobody in."),
            "Renew it. The relay does so by itself with:\ntls = \"acme\"",
        ),
        Fault::NotYetValid => (
            format!("The certificate at {origin} begins in the future."),
            "Most likely the clock of this machine is wrong. Set it:\nsudo timedatectl set-ntp true",
        ),
        Fault::OtherName => (
            format!("The certificate at {origin} is for another name."),
            "Get one for this name. The relay does so by itself with:\ntls = \"acme\"",
        ),
        Fault::UnknownIssuer => {
            return Finding::note(
                CERTIFICATE,
                format!(
                    "The certificate at {origin} is not from anybody whom this machine trusts."
                ),
                "This is right with a certificate of your own that every device was told to trust. Else get one that all trust:\ntls = \"acme\"",
            );
        }
        Fault::NoTls => (
            format!("At {origin} nothing speaks TLS: browsers cannot open it."),
            "Switch TLS on, or put a proxy in front that does it:\ntls = \"acme\"",
        ),
    };
    Finding::bad(CERTIFICATE, text, to_do)
}

fn expiry(at: Millis, now: Millis) -> Finding {
    let days = at.saturating_sub(now) / DAY;
    if at.saturating_sub(now) < SOON {
        Finding::note(
            CERTIFICATE,
            format!("The certificate is good for {days} more days only, and was not renewed yet."),
            "Look in the relay's log, or in that of the proxy, for why it is not renewed.",
        )
    } else {
        Finding::good(
            CERTIFICATE,
            format!("The certificate is good for {days} more days."),
        )
    }
}
