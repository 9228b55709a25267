//! The coordinator: one value that owns the features' drivers. It takes inputs from the inbox one after the other, gives
//! each to the part that it concerns, grants what the parts want of others, carries out the engine's effects, and shows
//! what changed.

mod effects;

use parley_client::Engine;
use parley_client::engine::ConnectionState;

use super::device::Device;
use super::inbox::{Inbox, Input};
use super::later::Later;
use super::pace::Pace;
use super::page::Page;
use super::screen::{Screen, Shown};
use crate::admin::driver::{Admin, AdminInput, Here as AdminHere};
use crate::admin::store::AdminIntent;
use crate::alerts::store::AlertIntent;
use crate::call::driver::Call;
use crate::call::store::CallIntent;
use crate::composer::driver::{Paused, SharedDrafts};
use crate::composer::store::ComposerIntent;
use crate::connection::driver::{LinkEvent, RelayLink};
use crate::doctor::driver::Doctor;
use crate::driver::wish::{Matter, Wish, Wishes};
use crate::enrolment::driver::Enrolment;
use crate::files::driver::{Files, FilesInput, Here as FilesHere};
use crate::files::store::FilesIntent;
use crate::linking::driver::{Linking, LinkingHere, LinkingInput};
use crate::linking::store::LinkingIntent;
use crate::people::driver::Idle;
use crate::platform::clock::{self, Timer};
use crate::platform::network::{Network, NetworkNews};
use crate::platform::{location, locks};
use crate::search::driver::{self as search, Search, SearchInput};
use crate::search::store::SearchIntent;
use crate::security::driver::{Here, Security, SecurityInput};
use crate::settings::driver::{SettingsChanged, Shared, SignOut};
use crate::shell::store::ShellIntent;
use crate::stores::{Intent, Stores};
use crate::timeline::driver::{Room, Timelines};
use crate::vault::driver::{Surroundings, Vault, VaultInput};
use crate::verification::driver::Verifications;
use crate::{composer, connection};

/// Inputs that are handled before the screen is brought up to date.
const BATCH: usize = 64;

/// Everything behind the page.
pub struct Driver {
    pub(super) stores: Stores,
    pub(super) inbox: Inbox,
    pub(super) device: Device,
    pub(super) link: RelayLink,
    pub(super) enrolment: Enrolment,
    pub(super) timelines: Timelines,
    pub(super) room: Room,
    pub(super) call: Call,
    pub(super) screen: Screen,
    later: Later,
    idle: Idle,
    files: Files,
    sign_out: SignOut,
    pub(super) shared: Shared,
    pub(super) drafts: SharedDrafts,
    pub(super) security: Security,
    verification: Verifications,
    linking: Linking,
    pub(super) vault: Vault,
    pub(super) search: Search,
    admin: Admin,
    doctor: Doctor,
    page: Page,
    pace: Pace,
    /// The message to which the page's address leads.
    pub(super) linked: Option<(String, String)>,
    /// The engine's next time.
    pub(super) timer: Option<Timer>,
    _network: Network,
}

impl Driver {
    pub fn new(stores: Stores, inbox: Inbox) -> Self {
        let back = inbox.clone();
        Self {
            stores,
            device: Device::default(),
            link: RelayLink::new(
                stores.connection,
                stores.session.update_ready,
                inbox.port(Input::Link),
            ),
            enrolment: Enrolment::new(stores.session, inbox.port(Input::Enrolment)),
            timelines: Timelines::new(stores.timeline, inbox.port(Input::Timelines)),
            room: Room::new(inbox.port(Input::Room)),
            call: Call::new(stores, inbox.port(Input::Call)),
            screen: Screen::default(),
            later: Later::new(stores, inbox.port(Input::Later)),
            idle: Idle::new(inbox.port(Input::Idle)),
            files: Files::new(stores, inbox.port(Input::Files)),
            drafts: SharedDrafts::new(stores.composer),
            shared: Shared::new(stores.prefs, inbox.port(Input::Settings)),
            sign_out: SignOut::new(stores, inbox.port(Input::SignOut)),
            security: Security::new(stores, inbox.port(Input::Security)),
            verification: Verifications::new(stores, inbox.port(Input::Verification)),
            linking: Linking::new(stores, inbox.port(Input::Linking)),
            vault: Vault::new(stores.vault, inbox.port(Input::Vault)),
            search: Search::new(stores, inbox.port(Input::Search)),
            admin: Admin::new(stores, inbox.port(Input::Admin)),
            doctor: Doctor::new(stores, inbox.port(Input::Doctor)),
            page: Page::new(stores, inbox.port(Input::Page)),
            pace: Pace::default(),
            linked: None,
            timer: None,
            _network: Network::watch(move |news| back.put(Input::Network(news))),
            inbox,
        }
    }

    /// Runs as long as the page is open.
    pub async fn run(mut self) {
        self.boot(locks::Ask::IfFree).await;
        self.page.register_service_worker().await;
        loop {
            let mut next = Some(self.inbox.next().await);
            let mut waits = false;
            for _ in 0..BATCH {
                let Some(input) = next.take().or_else(|| self.inbox.try_next()) else {
                    break;
                };
                waits |= !matches!(input, Input::Link(_));
                self.handle(input).await;
            }
            if let Some(here) = files_here(&mut self.device, &self.link, clock::now()) {
                self.files.follow(here);
                self.pump().await;
            }
            let inbox = self.inbox.clone();
            let later = move || inbox.put(Input::Show);
            if self.pace.is_due(waits, clock::now(), later) {
                self.show();
            }
        }
    }

    async fn handle(&mut self, input: Input) {
        let now = clock::now();
        if !matches!(input, Input::Security(_)) {
            self.security.follow();
        }
        match input {
            Input::Intent(intent) => self.handle_intent(intent, now).await,
            Input::Link(input) => {
                let is_online = self
                    .device
                    .engine()
                    .is_some_and(|engine| matches!(engine.connection(), ConnectionState::Online));
                let event = self.link.handle(input, is_online);
                self.tell(event);
            }
            Input::Call(input) => {
                let engine = self.device.engine_mut();
                let wishes = self.call.handle(input, engine, now).await;
                self.grant(wishes).await;
            }
            Input::Page(input) => self.page.handle(input),
            Input::Enrolment(_) => self.try_again().await,
            Input::Drafts(Paused::Shortly) => self.keep_drafts().await,
            Input::Drafts(Paused::Long) => {
                if let Some(engine) = self.device.engine_mut() {
                    self.drafts.share(engine, now);
                }
            }
            Input::SignOut(_) => self.forget().await,
            Input::Security(input) => self.handle_security(input, now).await,
            Input::Verification(input) => {
                self.verification.handle(input, self.device.engine_mut());
            }
            Input::Timelines(input) => {
                let engine = self.device.engine_mut();
                let wishes = self.timelines.handle(input, engine, now);
                self.grant(wishes).await;
            }
            Input::Later(input) => {
                self.later.handle(input, self.device.engine_mut(), now);
                self.screen.note(Matter::Voice);
            }
            Input::Idle(input) => self.idle.handle(input, self.device.engine_mut(), now),
            Input::Room(measured) => {
                self.room.look_again();
                self.later
                    .take_measure(&measured, self.device.engine_mut(), now);
            }
            Input::Linking(input) => self.handle_linking(Ok(input)).await,
            Input::Files(input) => self.handle_files(Ok(input), now).await,
            Input::Settings(SettingsChanged) => {
                if let Some(engine) = self.device.engine_mut() {
                    self.shared.handle(engine, now);
                }
            }
            Input::Vault(input) => self.handle_vault(input, now).await,
            Input::Search(input) => self.handle_search(Ok(input)),
            Input::Admin(input) => self.handle_admin(Ok(input)).await,
            Input::Doctor(input) => self.doctor.handle(input),
            Input::Overflow => {
                self.link.disconnect();
                self.tell(Some(LinkEvent::Disconnected));
            }
            Input::Timeout => self.with_engine(Engine::handle_timeout),
            Input::Network(NetworkNews::Gone) => self.with_engine(Engine::check_connection),
            Input::Network(NetworkNews::Shown) => {
                self.with_engine(Engine::handle_online_hint);
                self.with_engine(Engine::check_connection);
                self.try_again().await;
            }
            Input::Network(NetworkNews::Changed) => {
                self.with_engine(Engine::handle_network_change);
                self.try_again().await;
            }
            Input::LockLost => self.hand_over(),
            Input::Show => return,
        }
        self.pump().await;
    }

    async fn handle_intent(&mut self, intent: Intent, now: u64) {
        if let Intent::Call(CallIntent::JoinVoice(next)) = &intent {
            self.call.leave_for(next, self.device.engine_mut(), now);
            // What the call before still wants is done before the new one shows.
            self.pump().await;
        }
        if let Intent::Linking(intent) = intent {
            return self.handle_linking(Err(intent)).await;
        }
        if let Intent::Files(intent) = intent {
            return self.handle_files(Err(intent), now).await;
        }
        if let Intent::Admin(intent) = intent {
            return self.handle_admin(Err(intent)).await;
        }
        if let Intent::Search(intent) = intent {
            return self.handle_search(Err(intent));
        }
        let engine = self.device.engine_mut();
        let wishes = match (intent, engine) {
            (Intent::Shell(intent), _) => return self.handle_shell_intent(intent).await,
            (Intent::Session(intent), _) => match self.device.for_enrolment() {
                Some((keeper, engine)) => {
                    let enrolment = &mut self.enrolment;
                    enrolment.handle_intent(intent, keeper, engine).await
                }
                None => Wishes::new(),
            },
            (Intent::Settings(intent), engine) => self.sign_out.handle_intent(intent, engine, now),
            (Intent::Doctor(intent), engine) => {
                self.doctor.handle_intent(intent, engine, now);
                Wishes::new()
            }
            (Intent::Call(intent), engine) => self.call.handle_intent(intent, engine, now).await,
            (Intent::Security(intent), Some(engine)) => {
                let token = self.link.token();
                let here = Here { engine, token, now };
                self.security.handle_intent(intent, here)
            }
            (Intent::Connection(intent), Some(engine)) => {
                connection::driver::handle_intent(intent, engine, now);
                Wishes::new()
            }
            (Intent::Timeline(intent), Some(engine)) => {
                self.timelines.handle_intent(intent, engine, now)
            }
            (Intent::Alerts(AlertIntent::DismissAlert(alert)), None) => {
                self.stores.alerts.dismiss(&alert);
                Wishes::new()
            }
            (
                intent @ (Intent::Alerts(_)
                | Intent::Channels(_)
                | Intent::Emoji(_)
                | Intent::Direct(_)
                | Intent::Invites(_)
                | Intent::Moderation(_)
                | Intent::People(_)
                | Intent::Roles(_)
                | Intent::Composer(ComposerIntent::Emoji(_))),
                Some(engine),
            ) => {
                self.later.handle_intent(intent, engine, now);
                Wishes::new()
            }
            (Intent::Composer(intent), Some(engine)) => {
                let is_sent = matches!(intent, ComposerIntent::SendMessage { .. });
                composer::driver::handle_intent(intent, self.stores, engine, now);
                if is_sent {
                    self.drafts.share(engine, now);
                    self.page.ask_to_keep();
                }
                Wishes::new()
            }
            (Intent::Verification(intent), Some(engine)) => {
                self.verification.handle_intent(intent, engine);
                Wishes::new()
            }
            // Led to its part before, and nothing of the others is on the screen without an engine.
            (Intent::Linking(_) | Intent::Files(_) | Intent::Search(_) | Intent::Admin(_), _)
            | (
                Intent::Verification(_)
                | Intent::Connection(_)
                | Intent::Timeline(_)
                | Intent::Composer(_)
                | Intent::Invites(_)
                | Intent::Channels(_)
                | Intent::Emoji(_)
                | Intent::Direct(_)
                | Intent::Moderation(_)
                | Intent::Roles(_)
                | Intent::People(_)
                | Intent::Security(_),
                None,
            ) => Wishes::new(),
        };
        self.grant(wishes).await;
    }

    async fn handle_security(&mut self, input: SecurityInput, now: u64) {
        let token = self.link.token();
        if let Some(engine) = self.device.engine_mut() {
            let here = Here { engine, token, now };
            let wishes = self.security.handle(input, here);
            self.grant(wishes).await;
        }
    }

    /// What the person asks of linking, or what it hears from its own tasks.
    async fn handle_linking(&mut self, event: Result<LinkingInput, LinkingIntent>) {
        let token = self.link.token();
        let Some((keeper, engine)) = self.device.for_enrolment() else {
            return;
        };
        let here = LinkingHere {
            keeper,
            engine,
            token,
        };
        let wishes = match event {
            Ok(input) => self.linking.handle(input, here).await,
            Err(intent) => self.linking.handle_intent(intent, here),
        };
        self.grant(wishes).await;
    }

    /// What the person asks of files, or what it hears from its own tasks.
    async fn handle_files(&mut self, event: Result<FilesInput, FilesIntent>, now: u64) {
        let Some(here) = files_here(&mut self.device, &self.link, now) else {
            return;
        };
        let wishes = match event {
            Ok(input) => self.files.handle(input, here),
            Err(intent) => self.files.handle_intent(intent, here),
        };
        self.grant(wishes).await;
    }

    async fn handle_vault(&mut self, input: VaultInput, now: u64) {
        let token = self.link.token();
        if let Some((engine, keeper)) = self.device.both() {
            let here = Surroundings {
                engine,
                keeper,
                token,
                now,
            };
            let wishes = self.vault.handle(input, here).await;
            self.grant(wishes).await;
        }
    }

    /// What the person asks of finding messages, or what it hears from its own tasks.
    fn handle_search(&mut self, event: Result<SearchInput, SearchIntent>) {
        let Some((engine, keeper)) = self.device.both() else {
            return;
        };
        let here = search::Here { engine, keeper };
        match event {
            Ok(input) => self.search.handle(input, here),
            Err(intent) => self.search.handle_intent(intent, here),
        }
    }

    /// What the person asks of the administration, or what it hears from its own tasks.
    async fn handle_admin(&mut self, event: Result<AdminInput, AdminIntent>) {
        let log = match &event {
            Ok(AdminInput::ReadLog) => self.device.find_log().await,
            Ok(_) | Err(_) => Vec::new(),
        };
        let token = self.link.token();
        let Some(engine) = self.device.engine() else {
            return;
        };
        let here = AdminHere { engine, token, log };
        let wishes = match event {
            Ok(input) => self.admin.handle(input, here),
            Err(intent) => self.admin.handle_intent(intent, here),
        };
        self.grant(wishes).await;
    }

    async fn handle_shell_intent(&mut self, intent: ShellIntent) {
        match intent {
            ShellIntent::TakeOver => self.boot(locks::Ask::Steal).await,
            ShellIntent::Reload => location::reload(),
            ShellIntent::BeginAnew => self.begin_anew().await,
            ShellIntent::Copy { text, said } => self.page.copy(text, said),
            ShellIntent::InstallApp => self.page.install(),
            ShellIntent::ApplyUpdate => self.page.update(),
        }
    }

    /// Does what the parts want of others, in their order.
    pub(super) async fn grant(&mut self, wishes: Wishes) {
        for wish in wishes {
            match wish {
                Wish::Keep(note) => {
                    if let Err(error) = self.device.keep(note).await {
                        self.store_failed(&error);
                    }
                }
                Wish::StoreFailed(error) => self.store_failed(&error),
                Wish::Show(matter) => self.screen.note(matter),
                Wish::OpenChannel(channel) => {
                    self.show();
                    self.stores.open_channel(&channel);
                }
                Wish::OpenThread { channel, root } => self.stores.open_thread(&channel, &root),
                Wish::GiveBack { channel, text } => {
                    composer::driver::give_back(self.stores, channel, text);
                }
                Wish::Say(text) => self.stores.view.notify(text),
                Wish::UseSession(session) => self.link.set_session(session),
                Wish::ReadVault(record) => self.vault.read(vec![record]),
                Wish::Enter => Box::pin(self.enter_from_store()).await,
                Wish::Stop { text, detail } => self.fatal(&text, &detail),
                Wish::Forget => self.forget().await,
            }
        }
    }

    /// Brings the screen up to date.
    pub(super) fn show(&mut self) {
        if let Some(engine) = self.device.engine() {
            let shown = Shown {
                link: &mut self.link,
                timelines: &mut self.timelines,
                call: &mut self.call,
                later: &mut self.later,
                security: &mut self.security,
            };
            self.screen.show(engine, self.stores, shown);
        }
    }

    async fn try_again(&mut self) {
        let wishes = self.enrolment.try_again().await;
        self.grant(wishes).await;
    }

    async fn keep_drafts(&mut self) {
        if self.device.engine().is_none() {
            return;
        }
        let drafts = composer::driver::drafts(self.stores);
        self.grant(vec![Wish::Keep(drafts)]).await;
    }

    /// Hands something to the engine, if there is one.
    fn with_engine(&mut self, act: impl FnOnce(&mut Engine, u64)) {
        if let Some(engine) = self.device.engine_mut() {
            act(engine, clock::now());
        }
    }

    fn tell(&mut self, event: Option<LinkEvent>) {
        if let Some(event) = event {
            self.with_engine(|engine, now| event.tell(engine, now));
        }
    }
}

fn files_here<'a>(device: &'a mut Device, link: &RelayLink, now: u64) -> Option<FilesHere<'a>> {
    let engine = device.engine_mut()?;
    Some(FilesHere {
        access: link.token(),
        is_online: matches!(engine.connection(), ConnectionState::Online),
        engine,
        now,
    })
}
