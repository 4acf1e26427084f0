//! How much of everything: each limit once, with its reason.
use std::time::Duration;

/// What a body may hold that somebody sends who is not signed in: 16 KB. The largest text that such a form takes has 1,000 characters, of
/// at most four bytes that are each written as `%XX`: 12 KB.
pub const OPEN_BODY: usize = 16 << 10;
/// What a form or a JSON body may hold: 1 MB. The longest text field has 100,000 characters.
pub const FORM_BODY: usize = 1 << 20;
/// How many bodies beyond [`OPEN_BODY`] are held at once by the whole server (so 64 MB); the next is answered 503.
pub const LARGE_BODIES: usize = 64;
/// How long a body may take: so long, and beyond it as long as [`BODY_FLOOR`] allows.
pub const BODY_DEADLINE: Duration = Duration::from_secs(30);
/// Bytes a second that a body has to come with on the whole, once [`BODY_DEADLINE`] is over: slower than any telephone line.
pub const BODY_FLOOR: u64 = 1 << 10;
/// How many connections each thread accepts; others wait in the kernel's queue. One that waits costs some 10 KB. Each open page keeps one for
/// its stream.
pub const CONNECTIONS: usize = 4096;
/// How long the head of a request may take.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(8);
/// How long a connection without a request stays open: a little longer than the minute for which proxies usually keep theirs.
pub const KEEP_ALIVE: Duration = Duration::from_secs(65);
/// How long the rest of a refused body is read and thrown away, so that the client gets to read the answer.
pub const DISCONNECT: Duration = Duration::from_secs(2);
/// How many files (exports) are written at once for one person, for one tenant, and in all: each holds a database connection until its reader
/// has everything, of the 16 that there are by default.
pub const DOWNLOADS_OF_A_PERSON: usize = 1;
pub const DOWNLOADS_OF_A_TENANT: usize = 2;
pub const DOWNLOADS: usize = 6;
/// What is kept of a form that was sent after the session had ended: 512 KB of text; and how much of its files is read past, so that its
/// sender gets to read the answer: 64 MB. The database keeps ten an hour for an account.
pub const STASHED_FORM: usize = 512 << 10;
pub const PASSED_FILES: usize = 64 << 20;
/// How many streams of live pages a person may have open: one for each window in sight, and few have more.
pub const STREAMS_OF_A_PERSON: usize = 20;
