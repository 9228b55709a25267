//! `parley-relay admin`: what the administration in the app shows, in a terminal. Asks the running relay over the socket in
//! its data folder; where none runs, reads the database, without changing it.

mod source;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;

use parley_protocol::admin::{EndMemberSessionsRequest, InviteState};
use parley_protocol::ids::{DeviceId, UserId};
use serde::Serialize;

use self::source::Source;
use self::table::Table;
use crate::admin::health::bytes;
use crate::config::Settings;

/// Shows who and what is on this relay, and signs devices out.
///
/// Works beside the running relay, and without it. What is in the community log is signed by members' keys, which are in
/// their browsers and nowhere else: nobody can invite or remove people, give roles or read messages from here. That is in
/// the app, under Settings, Administration.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Members: roles, devices, when they joined, the day they were last seen, and what they store.
    Members {
        /// Only those whose name has this in it.
        #[arg(long, default_value = "")]
        find: String,
    },
    /// Invites that can be used. The secret in a link is known to its maker alone.
    Invites {
        /// Those that were used up, expired or taken back, too.
        #[arg(long)]
        all: bool,
    },
    /// Who is signed in, the newest sign-in first.
    Sessions {
        /// Only those of this member, by id.
        #[arg(long)]
        user: Option<UserId>,
    },
    /// Signs a device of a member out. They can sign in again with their own secret. Needs the running relay.
    SignOut {
        /// The member, by id.
        user: UserId,
        /// The device, by id. Without one: what they opened and never made a device of.
        device: Option<DeviceId>,
    },
    /// What takes room, and how much is left.
    Storage,
    /// Connections, calls and traffic of the running relay.
    Connections,
    /// How the running relay is.
    Health,
}

pub(super) fn run(args: &Args, settings: &Settings) -> anyhow::Result<ExitCode> {
    super::block_on(async {
        let source = Source::of(settings).await?;
        let mut out = io::stdout().lock();
        show(args, &source, &mut out).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn show(args: &Args, source: &Source, out: &mut impl Write) -> anyhow::Result<()> {
    match &args.what {
        What::Members { find } => {
            let members = source.members(find).await?;
            print(out, args.json, &members, || {
                let mut table = Table::new(&[
                    "NAME",
                    "ROLES",
                    "DEVICES",
                    "SIGN-INS",
                    "LAST SEEN",
                    "STORES",
                    "ID",
                ]);
                for row in &members {
                    let mut roles = row.roles.clone();
                    if row.is_owner {
                        roles.insert(0, "owner".to_owned());
                    }
                    table.row([
                        row.name.clone(),
                        roles.join(", "),
                        row.devices.to_string(),
                        row.sessions.to_string(),
                        row.seen_on.map_or_else(|| "-".to_owned(), table::day),
                        bytes(row.file_bytes + row.vault_bytes + row.mailbox_bytes),
                        row.user.to_string(),
                    ]);
                }
                table
            })
        }
        What::Invites { all } => {
            let invites = source.invites(!all).await?;
            print(out, args.json, &invites, || {
                let mut table = Table::new(&["BY", "STATE", "USES", "UNTIL", "ID"]);
                for row in &invites {
                    let most = row
                        .max_uses
                        .map_or_else(|| "any".to_owned(), |most| most.to_string());
                    table.row([
                        row.by_name.clone(),
                        state(row.state).to_owned(),
                        format!("{} of {most}", row.uses),
                        row.expires_at
                            .map_or_else(|| "taken back".to_owned(), table::day),
                        row.invite.to_string(),
                    ]);
                }
                table
            })
        }
        What::Sessions { user } => {
            let sessions = source.sessions(*user).await?;
            print(out, args.json, &sessions, || {
                let mut table = Table::new(&[
                    "NAME",
                    "DEVICE",
                    "SIGNED IN",
                    "LAST SEEN",
                    "USER ID",
                    "DEVICE ID",
                ]);
                for row in &sessions {
                    table.row([
                        row.name.clone(),
                        row.label.clone(),
                        table::day(row.signed_in_on),
                        table::day(row.seen_on),
                        row.user.to_string(),
                        row.device
                            .map_or_else(|| "-".to_owned(), |device| device.to_string()),
                    ]);
                }
                table
            })
        }
        What::SignOut { user, device } => {
            let request = EndMemberSessionsRequest {
                user: *user,
                device: *device,
            };
            source.sign_out(&request).await?;
            if !args.json {
                writeln!(out, "Signed out.")?;
            }
            Ok(())
        }
        What::Storage => {
            let report = source.storage().await?;
            print(out, args.json, &report, || {
                let mut table = Table::new(&["WHAT", "BYTES"]);
                let free = report.disk_free.map_or_else(|| "unknown".to_owned(), bytes);
                for (what, size) in [
                    (
                        "files",
                        format!(
                            "{} of {}",
                            bytes(report.blob_bytes),
                            bytes(report.blob_quota)
                        ),
                    ),
                    ("database", bytes(report.database_bytes)),
                    ("of it, vaults", bytes(report.vault_bytes)),
                    ("of it, waiting for devices", bytes(report.mailbox_bytes)),
                    ("free on the disk", free),
                ] {
                    table.row([what.to_owned(), size]);
                }
                for row in &report.largest {
                    let most = bytes(report.member_quota);
                    table.row([
                        format!("files of {}", row.name),
                        format!("{} of {most}", bytes(row.file_bytes)),
                    ]);
                }
                table
            })
        }
        What::Connections => {
            let report = source.connections().await?;
            print(out, args.json, &report, || {
                let mut table = Table::new(&["WHAT", "NUMBER"]);
                for (what, number) in [
                    ("devices connected", report.connections),
                    ("calls", report.calls),
                    ("devices in calls", report.in_calls),
                    ("frames received", report.frames_in),
                    ("frames sent", report.frames_out),
                    ("blobs received", report.uploads),
                    ("blobs sent", report.downloads),
                ] {
                    table.row([what.to_owned(), number.to_string()]);
                }
                if let Some(turn) = &report.turn {
                    table.row(["TURN allocations".to_owned(), turn.allocations.to_string()]);
                    table.row(["relayed by TURN".to_owned(), bytes(turn.bytes)]);
                }
                table
            })
        }
        What::Health => {
            let report = source.health().await?;
            if args.json {
                return json(out, &report);
            }
            writeln!(
                out,
                "Parley {} at {}, since {}",
                report.version,
                report.origin,
                table::day(report.started_at)
            )?;
            Ok(super::doctor::write(out, &report.findings)?)
        }
    }
}

fn print<T: Serialize>(
    out: &mut impl Write,
    as_json: bool,
    value: &T,
    table: impl FnOnce() -> Table,
) -> anyhow::Result<()> {
    if as_json {
        return json(out, value);
    }
    Ok(table().write(out)?)
}

fn json<T: Serialize>(out: &mut impl Write, value: &T) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(writeln!(out, "{text}")?)
}

fn state(state: InviteState) -> &'static str {
    match state {
        InviteState::Open => "open",
        InviteState::Revoked => "taken back",
        InviteState::UsedUp => "used up",
        InviteState::Expired => "expired",
    }
}
