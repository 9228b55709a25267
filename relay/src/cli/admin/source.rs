//! From where the figures are: the running relay, or the database that it left.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use parley_protocol::admin::{
    ConnectionsReport, EndMemberSessionsRequest, HealthReport, InviteRow, InvitesPage, MemberRow,
    MembersPage, SessionPlace, SessionRow, SessionsPage, StorageReport,
};
use parley_protocol::community::Community;
use parley_protocol::ids::{InviteId, UserId};
use rusqlite::Connection;

use crate::admin::ask::{self, AskError};
use crate::admin::sessions::Asks;
use crate::admin::{invites, members, sessions, storage};
use crate::blobs::disk::{Disk as _, SystemDisk};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{FileTerms, Settings};
use crate::storage::{Durability, Storage};
use crate::writer::replay;

pub(super) enum Source {
    /// Answers over the socket in its data folder.
    Relay(PathBuf),
    /// Nothing runs.
    Database(Box<Left>),
}

/// What a relay left in its data folder.
pub(super) struct Left {
    db: Connection,
    community: Option<Community>,
    terms: FileTerms,
    data: PathBuf,
}

impl Source {
    pub(super) async fn of(settings: &Settings) -> anyhow::Result<Self> {
        let data = settings.data.clone();
        match ask::get::<HealthReport>(&data, "/admin/health").await {
            Ok(_) => return Ok(Self::Relay(data)),
            Err(AskError::NotRunning) => {}
            Err(error) => return Err(error.into()),
        }
        let shown = data.display().to_string();
        if !data.join("parley.db").is_file() {
            bail!("there is no relay's data in {shown}: name its folder with --data");
        }
        let db = Storage::in_folder(&data, Durability::Full)
            .and_then(|storage| storage.reader())
            .with_context(|| format!("cannot read the database in {shown}"))?;
        let community = replay(&db).with_context(|| format!("cannot read the log in {shown}"))?;
        Ok(Self::Database(Box::new(Left {
            db,
            community,
            terms: settings.files,
            data,
        })))
    }

    pub(super) async fn members(&self, find: &str) -> anyhow::Result<Vec<MemberRow>> {
        let mut rows = Vec::new();
        let mut after = 0;
        loop {
            let page: MembersPage = match self {
                Self::Relay(data) => {
                    let find = encoded(find);
                    ask::get(data, &format!("/admin/members?after={after}&find={find}")).await?
                }
                Self::Database(left) => {
                    let find = find.to_owned();
                    let query = members::Query { after, find };
                    let listed = members::of_log(left.community()?, &query);
                    members::page(&left.db, listed, SystemClock.now())?
                }
            };
            rows.extend(page.members);
            match page.next {
                Some(next) => after = next,
                None => return Ok(rows),
            }
        }
    }

    pub(super) async fn invites(&self, open: bool) -> anyhow::Result<Vec<InviteRow>> {
        let mut rows = Vec::new();
        let mut after: Option<InviteId> = None;
        loop {
            let page: InvitesPage = match self {
                Self::Relay(data) => {
                    let after = after.map_or_else(String::new, |after| format!("&after={after}"));
                    ask::get(data, &format!("/admin/invites?open={open}{after}")).await?
                }
                Self::Database(left) => {
                    let query = invites::Query { after, open };
                    invites::page(left.community()?, &query, SystemClock.now())
                }
            };
            rows.extend(page.invites);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(rows),
            }
        }
    }

    pub(super) async fn sessions(&self, user: Option<UserId>) -> anyhow::Result<Vec<SessionRow>> {
        let mut rows = Vec::new();
        let mut after: Option<SessionPlace> = None;
        loop {
            let page: SessionsPage = match self {
                Self::Relay(data) => {
                    let user = user.map(|user| format!("user={user}"));
                    let after = after.map(|after| format!("after={after}"));
                    let query: Vec<String> = user.into_iter().chain(after).collect();
                    ask::get(data, &format!("/admin/sessions?{}", query.join("&"))).await?
                }
                Self::Database(left) => {
                    let query = sessions::Query { user, after };
                    let stored = sessions::stored(&left.db, &query, SystemClock.now())?;
                    sessions::page(left.community.as_ref(), stored, Asks::Operator)
                }
            };
            rows.extend(page.sessions);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(rows),
            }
        }
    }

    pub(super) async fn sign_out(&self, request: &EndMemberSessionsRequest) -> anyhow::Result<()> {
        match self {
            Self::Relay(data) => Ok(ask::post(data, "/admin/sessions/end", request).await?),
            Self::Database(_) => not_running(),
        }
    }

    pub(super) async fn storage(&self) -> anyhow::Result<StorageReport> {
        match self {
            Self::Relay(data) => Ok(ask::get(data, "/admin/storage").await?),
            Self::Database(left) => {
                let free = SystemDisk.free(&left.data).ok();
                let mut report = storage::report(&left.db, left.terms, free)?;
                if let Some(community) = &left.community {
                    storage::name(&mut report, community);
                }
                Ok(report)
            }
        }
    }

    pub(super) async fn connections(&self) -> anyhow::Result<ConnectionsReport> {
        match self {
            Self::Relay(data) => Ok(ask::get(data, "/admin/connections").await?),
            Self::Database(_) => not_running(),
        }
    }

    pub(super) async fn health(&self) -> anyhow::Result<HealthReport> {
        match self {
            Self::Relay(data) => Ok(ask::get(data, "/admin/health").await?),
            Self::Database(_) => not_running(),
        }
    }
}

impl Left {
    fn community(&self) -> anyhow::Result<&Community> {
        let community = self.community.as_ref();
        community.context("no community was created on this relay yet")
    }
}

/// A text as part of a query (RFC 3986 section 2.1).
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;

    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// For what only a running relay knows.
fn not_running<T>() -> anyhow::Result<T> {
    bail!("no relay is running on this data folder: start it, or name the folder with --data")
}
