//! Requests, connections and downloads.
use super::{Answer::*, HOUR, Limit, MINUTE, Per::*, Unit, limits};

limits! {
    OPEN_BODY: Limit::bytes(16 << 10, "Body of a request of somebody who is not signed in")
        .per(Request).answers(TooLarge)
        .because("The largest text that such a form takes has 1,000 characters, of at most four bytes that are each written as %XX: 12 KB."),
    FORM_BODY: Limit::bytes(1 << 20, "Body of a form or a JSON document")
        .per(Request).answers(TooLarge)
        .because("The longest text field has 100,000 characters."),
    LARGE_BODIES_OF_A_PERSON: Limit::number(4, "Bodies beyond 16 KB that are held at once")
        .per(Person).answers(TooMany)
        .because("Each is read within a moment; somebody has a few windows. Who is signed out is told apart by the account that was signed in there last."),
    LARGE_BODIES_OF_A_TENANT: Limit::number(16, "Bodies beyond 16 KB that are held at once")
        .per(Tenant).answers(TooMany)
        .because("As above: those of one tenant who send slowly keep no other waiting. All who are signed out count as one."),
    LARGE_BODIES: Limit::number(64, "Bodies beyond 16 KB that are held at once")
        .per(Server).answers(Busy)
        .because("64 MB of memory in all."),
    BODY_DEADLINE: Limit::seconds(30, "Time in which a body has to come")
        .per(Request).answers(TooSlow)
        .because("A form comes within seconds on a telephone line. A longer body may take longer, as long as it comes fast enough."),
    BODY_SILENCE: Limit::seconds(15, "Time in which the next piece of a body has to come")
        .per(Request).answers(TooSlow)
        .because("What has come buys no time in which nothing comes. A telephone that loses its network for longer begins again."),
    BODY_FLOOR: Limit::of(1 << 10, Unit::Rate, "Speed below which a body is given up once its time is over")
        .per(Request).answers(TooSlow)
        .because("Slower than any telephone line: it keeps a connection and nothing else."),
    CONNECTIONS: Limit::number(4096, "Connections that a thread accepts")
        .per(Thread).answers(Other("The next waits in the system's queue."))
        .because("One that waits costs some 10 KB. Each open page keeps one for its stream."),
    HEAD_DEADLINE: Limit::seconds(8, "Time in which the head of a request has to come")
        .per(Connection).answers(TooSlow)
        .because("A head is one or two packets."),
    KEEP_ALIVE: Limit::seconds(65, "Time for which a connection without a request stays open")
        .per(Connection).answers(Other("The connection is closed."))
        .because("A little longer than the minute for which proxies usually keep theirs."),
    DISCONNECT: Limit::seconds(2, "Time for which the rest of a refused body is read and thrown away")
        .per(Connection).answers(Other("The connection is closed."))
        .because("So that the client gets to read the answer."),
    DOWNLOADS_OF_A_PERSON: Limit::number(1, "Exports that are written at once")
        .per(Person).answers(TooMany)
        .because("Each holds a database connection until its reader has everything, of the 16 that there are by default."),
    DOWNLOADS_OF_A_TENANT: Limit::number(2, "Exports that are written at once")
        .per(Tenant).answers(TooMany)
        .because("As above: slow readers of one tenant close exports for no other."),
    DOWNLOADS: Limit::number(6, "Exports that are written at once")
        .per(Server).answers(Busy)
        .because("As above: ten connections are left for everything else."),
    DOWNLOAD_PATIENCE: Limit::seconds(60, "Time in which the reader of an export has to take the next piece of it")
        .per(Connection).answers(Other("The connection breaks off."))
        .because("Whoever takes nothing for so long has gone."),
    EXPORTS_OF_A_PERSON: Limit::number(60, "Exports")
        .per(Person).within(HOUR).quota("TOO_MANY_EXPORTS", "exported {} files")
        .because("Each reads whole tables. Somebody who prepares a meeting exports a dozen lists; a program that fetches one each minute also fits in."),
    STREAMS_OF_A_PERSON: Limit::number(20, "Live pages that are open")
        .per(Person).answers(TooMany)
        .because("One for each window in sight, and few have more."),
    STREAMS_OF_A_TENANT: Limit::number(5000, "Live pages that are open")
        .per(Tenant).answers(TooMany)
        .because("Five for each of 1,000 people who work at once; a page works without, and listens later."),
    STREAMS: Limit::number(20_000, "Live pages that are open")
        .per(Server).answers(Busy)
        .because("Some 200 MB, and what five threads accept as connections."),
    REQUESTS_OF_A_PERSON: Limit::number(1200, "Requests of the API, and searches on pages, counted together in the memory of each server")
        .per(Person).within(MINUTE).quota("TOO_MANY_REQUESTS", "made {} requests or searches")
        .because("20 a second: a program that works through a list one by one makes fewer, and a person who types makes one or two. Counted in memory, \
                  since a counter in the database would cost more than most requests; so with several servers it holds for each. The setting \
                  CLIENTELE_REQUESTS_PER_MINUTE has another number for the installation."),
    LIST_ROWS: Limit::number(200, "Records in an answer of the API")
        .per(List).answers(AtField)
        .because("An answer stays below a megabyte. The list goes on under the address in `Link`."),
    SEARCH_TEXT: Limit::number(200, "Characters of a search")
        .per(Request).answers(Other("The rest is left out."))
        .because("The longest name has as many."),
}
