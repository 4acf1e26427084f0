//! Live pages (SPEC §17): one hub in each server reads the log once for all its readers, and hands each what is theirs to see.
mod cursor;
mod log;
mod places;
mod reader;

pub use cursor::Cursor;
pub use places::Place;
pub use reader::Wants;

use crate::infra::{
    db::{
        Db,
        ids::{TenantId, UserId},
    },
    web::{
        auth::Actor,
        errors::{AppError, Result},
    },
};
use actix_web::{cookie::Key, web::Bytes};
use log::{Found, Question};
use places::Places;
use reader::{Delivery, Reader};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};
use tokio::{
    sync::{mpsc, watch},
    time::{Duration, Instant, sleep, sleep_until},
};

/// Messages that may wait for a reader. One who is slower is dropped, and comes back with the place that they have read up to.
const WAITING: usize = 16;
/// How often every reader is told where the log stands, by which connections stay open and broken ones are found.
const BEAT: Duration = Duration::from_secs(20);
/// How often sessions are looked at, beside what the log tells of them: one that expires is no event.
const CHECK: Duration = Duration::from_secs(60);
/// After a look at the log the next waits for so long, so that a busy log is read in batches.
const PACE: Duration = Duration::from_millis(25);
/// When the database does not answer, it is asked again after so long.
const PAUSE: Duration = Duration::from_secs(1);

/// From where a page wants to hear of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// From now on.
    Now,
    /// From a place on, without a gap or a double.
    Place(Cursor),
    /// It had a place that can't be read.
    Lost,
}

/// The door to the hub. Clones share it.
#[derive(Clone)]
pub struct Live {
    commands: mpsc::UnboundedSender<Command>,
    key: Key,
    place: Arc<RwLock<Option<Cursor>>>,
    open: Places,
}

enum Command {
    Join(Box<(Reader, Since)>),
    Stop,
}

impl Live {
    /// Starts the hub on a thread of its own. `signals` changes when there are new events; `key` encrypts the places that pages keep.
    pub fn start(db: Db, key: Key, signals: watch::Receiver<()>) -> std::io::Result<Self> {
        let (commands, inbox) = mpsc::unbounded_channel();
        let place = Arc::new(RwLock::new(None));
        let hub = Hub {
            db,
            key: key.clone(),
            readers: vec![],
            joining: vec![],
            place: place.clone(),
            beat: None,
            checked: Instant::now(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        std::thread::Builder::new()
            .name("live".into())
            .spawn(move || runtime.block_on(hub.run(inbox, signals)))?;
        Ok(Self { commands, key, place, open: Places::default() })
    }

    /// A hub that tells nobody anything: its streams end at once.
    pub fn silent() -> Self {
        Self {
            commands: mpsc::unbounded_channel().0,
            key: Key::generate(),
            place: Arc::default(),
            open: Places::default(),
        }
    }

    /// Where the log stood a moment ago: a page that is made now shows all that came before, and its stream goes on from here.
    pub fn place(&self) -> Option<Cursor> {
        self.place.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A place that a page has kept.
    pub fn since(&self, kept: &str) -> Since {
        match kept {
            "" => Since::Now,
            kept => Cursor::open(kept, &self.key).map_or(Since::Lost, Since::Place),
        }
    }

    /// Counts a stream of a person; an error where they, their tenant or all have too many open.
    pub fn open(&self, tenant: TenantId, user: UserId) -> Result<Place> {
        self.open.take(tenant, user)
    }

    /// The messages for a page. They end when the session does, when its reader is too slow, and when the server stops.
    pub fn join(&self, actor: &Actor, wants: Wants, since: Since) -> Result<mpsc::Receiver<Bytes>> {
        let (messages, stream) = mpsc::channel(WAITING);
        let reader = Reader::new(actor, wants, messages).ok_or(AppError::NotFound)?;
        // A hub that has stopped has dropped its inbox, and the stream ends with it.
        let _ = self.commands.send(Command::Join(Box::new((reader, since))));
        Ok(stream)
    }

    /// Ends every stream.
    pub fn stop(&self) {
        let _ = self.commands.send(Command::Stop);
    }
}

struct Hub {
    db: Db,
    key: Key,
    readers: Vec<Reader>,
    joining: Vec<(Reader, Since)>,
    place: Arc<RwLock<Option<Cursor>>>,
    beat: Option<Instant>,
    checked: Instant,
}

impl Hub {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Command>, mut signals: watch::Receiver<()>) {
        let mut hears = true;
        loop {
            let next = match self.turn() {
                Ok(()) => self.beat.unwrap_or_else(Instant::now),
                Err(error) => {
                    tracing::warn!(?error, "the log can't be read for live pages");
                    self.distrust();
                    Instant::now() + PAUSE
                }
            };
            sleep(PACE).await;
            tokio::select! {
                heard = signals.changed(), if hears => hears = heard.is_ok(),
                command = inbox.recv() => if self.obey(command) { return },
                () = sleep_until(next) => {}
            }
            while let Ok(command) = inbox.try_recv() {
                if self.obey(Some(command)) {
                    return;
                }
            }
        }
    }

    /// Whether that was the end.
    fn obey(&mut self, command: Option<Command>) -> bool {
        match command {
            Some(Command::Join(joining)) => {
                self.joining.push(*joining);
                false
            }
            Some(Command::Stop) | None => true,
        }
    }

    /// A place that somebody came with may be what the database does not take. Nobody else shall suffer for it.
    fn distrust(&mut self) {
        for (_, since) in &mut self.joining {
            if matches!(since, Since::Place(_)) {
                *since = Since::Lost;
            }
        }
    }

    /// Looks at the log, and tells everybody.
    fn turn(&mut self) -> Result<()> {
        let now = Instant::now();
        let beats = self.beat.is_none_or(|beat| beat <= now);
        if beats {
            self.readers.retain(|reader| !reader.messages.is_closed());
        }
        let checks = now.duration_since(self.checked) >= CHECK;
        let found = log::look(&self.db, &self.question(checks))?;
        let cursor = found.batch.cursor(&self.key)?;
        let joining = std::mem::take(&mut self.joining);
        self.end_sessions(&found, checks);
        notify(&self.db, &found.batch, &cursor, &mut self.readers);
        self.accept(joining, &found, &cursor);
        if beats {
            let here = reader::here(&cursor);
            self.readers.retain(|reader| reader.notify(here.clone()));
            self.beat = Some(now + BEAT);
        }
        if checks {
            self.checked = now;
        }
        *self.place.write().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
        Ok(())
    }

    fn question(&self, checks: bool) -> Question {
        let all = self.readers.iter().chain(self.joining.iter().map(|(reader, _)| reader));
        let query =
            self.readers.iter().filter(|_| checks).chain(self.joining.iter().map(|(reader, _)| reader));
        Question {
            since: self.place.read().unwrap_or_else(PoisonError::into_inner).clone(),
            resumed: self
                .joining
                .iter()
                .filter_map(|(_, since)| match since {
                    Since::Place(cursor) => Some(cursor.clone()),
                    _ => None,
                })
                .collect(),
            watched: all.filter_map(Reader::watched).collect::<HashSet<_>>().into_iter().collect(),
            sessions: query.map(|reader| reader.session.0).collect(),
        }
    }

    fn end_sessions(&mut self, found: &Found, checks: bool) {
        self.readers.retain(|reader| {
            !found.batch.sessions.contains(&reader.session)
                && !found.batch.users.contains(&reader.user)
                && (!checks || goes_on(reader, found))
        });
    }

    /// Lets new readers in: from here on they are told what everybody is, and before that what came since their own place. Whose
    /// session ended while they came in is sent away.
    fn accept(&mut self, joining: Vec<(Reader, Since)>, found: &Found, cursor: &Cursor) {
        let mut groups: HashMap<Option<Cursor>, Vec<Reader>> = HashMap::new();
        for (reader, since) in joining.into_iter().filter(|(reader, _)| goes_on(reader, found)) {
            reader.notify(reader::hello(cursor_of(&since).unwrap_or(cursor)));
            match since {
                Since::Lost => {
                    reader.notify(reader::reload(cursor, "lost"));
                    groups.entry(None).or_default().push(reader);
                }
                Since::Now => groups.entry(None).or_default().push(reader),
                Since::Place(place) => groups.entry(Some(place)).or_default().push(reader),
            }
        }
        for (place, mut readers) in groups {
            if let Some(batch) = place.and_then(|place| found.resumed.get(&place)) {
                notify(&self.db, batch, cursor, &mut readers);
            }
            self.readers.append(&mut readers);
        }
    }
}

fn cursor_of(since: &Since) -> Option<&Cursor> {
    match since {
        Since::Place(cursor) => Some(cursor),
        _ => None,
    }
}

fn goes_on(reader: &Reader, found: &Found) -> bool {
    found.sessions.get(&reader.session) == Some(&reader.claims_version)
}

/// Tells readers what in a batch is for them. Who can't take it, or can't be decided on, is dropped: they come back for it.
fn notify(db: &Db, batch: &log::Batch, cursor: &Cursor, readers: &mut Vec<Reader>) {
    let mut delivery = Delivery::new(db, batch, cursor, readers);
    readers.retain(|reader| match delivery.message(reader) {
        _ if batch.notified.contains(&reader.user) && !reader.notify(reader::badge(cursor)) => false,
        Ok(None) => true,
        Ok(Some(message)) => reader.notify(message),
        Err(error) => {
            tracing::warn!(?error, "what a reader may see can't be told");
            false
        }
    });
}
